-- Markdown of any origin: the title leaves the text, pictures that came along get their names here, and in place of
-- those that did not come along stands their text.

local stringify = pandoc.utils.stringify
local names = {}

local marks = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "marks.lua" }))
local folded = marks.folded

local function picture(image)
  local name = names[image.src]
  if name then
    image.src = name
    return image
  end
  local alt = stringify(image.caption)
  return pandoc.Inlines({
    pandoc.RawInline("html", "<!--missing " .. image.src:gsub("%-%-", "- -") .. "-->"),
    pandoc.Emph({ pandoc.Str("[picture: " .. (alt ~= "" and alt or image.src) .. "]") }),
  })
end

local function opening_heading(blocks)
  for place, block in ipairs(blocks) do
    if block.t == "Header" and stringify(block) ~= "" then return place end
    if place > 8 then return nil end
  end
end

local function is_alone(blocks, place)
  for other, block in ipairs(blocks) do
    if other ~= place and block.t == "Header" and block.level <= blocks[place].level then return false end
  end
  return true
end

function Pandoc(document)
  for source, name in pairs(document.meta.pictures or {}) do names[source] = stringify(name) end
  local title = stringify(document.meta["known-title"] or "")
  local blocks = document.blocks
  local place = opening_heading(blocks)
  if place then
    local heading = marks.title(blocks[place])
    local same = title ~= "" and folded(heading):find(folded(title), 1, true) and place == 1
    if same or (title == "" and is_alone(blocks, place)) then
      local others = marks.beside_words(blocks[place])
      local line, said = pandoc.Para(marks.words_of_line(blocks[place])), marks.title_in_letters(blocks[place])
      blocks:remove(place)
      if #others > 0 then blocks:insert(place, pandoc.Para(others)) end
      blocks:insert(1, pandoc.RawBlock("html", "<!--title " .. said:gsub("%-%-", "- -") .. "-->"))
      blocks:insert(2, line)
    end
  end
  document.blocks = blocks:filter(function(block)
    return not ((block.t == "Para" or block.t == "Plain") and stringify(block):match("^%[%[?_?TOC_?%]?%]$"))
  end)
  document.meta = {}
  return document:walk({ Image = picture })
end
