-- For Word and print: formulas that the text keeps as TeX become real ones, alone in a paragraph on a line of their own.

local formulas = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "formulas.lua" }))

local function real(inlines)
  local has_code = false
  for _, inline in ipairs(inlines) do has_code = has_code or inline.t == "Code" end
  return has_code and formulas.real(inlines) or nil
end

function Pandoc(document)
  document = document:walk({ Inlines = real })
  for _, block in ipairs(document.blocks) do
    local only = block.t == "Para" and #block.content == 1 and block.content[1]
    if only and only.t == "Math" then block.content = { pandoc.Math("DisplayMath", only.text) } end
  end
  return document
end
