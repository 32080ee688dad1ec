-- From the heading on that has a mark, a text is in the language of the mark: in Word the runs say so, in print the text.

local MARK = "^<!%-%-lang (%l%l%l?)%-%->$"

local function taken(heading)
  local last = heading.content[#heading.content]
  local language = last and last.t == "RawInline" and last.text:match(MARK)
  if language then heading.content:remove(#heading.content) end
  return language
end

function Pandoc(document)
  local blocks, part, now = pandoc.Blocks({}), pandoc.Blocks({}), nil

  local function close()
    if #part == 0 then return end
    if not now then
      blocks:extend(part)
    elseif FORMAT == "typst" then
      blocks:insert(pandoc.RawBlock("typst", '#set text(lang: "' .. now .. '")'))
      blocks:extend(part)
    else
      blocks:insert(pandoc.Div(part, pandoc.Attr("", {}, { lang = now })))
    end
    part = pandoc.Blocks({})
  end

  for _, block in ipairs(document.blocks) do
    local language = block.t == "Header" and taken(block)
    if language then
      close()
      now = language
    end
    part:insert(block)
  end
  if not now then return nil end
  close()
  document.blocks = blocks
  return document
end
