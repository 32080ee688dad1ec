-- What other dialects of Markdown have: drawn tables, lists of definitions, links of a wiki, formulas between dollars.

local stringify = pandoc.utils.stringify
local READERS = {
  ["docctl-grid"] = "markdown-yaml_metadata_block-raw_html-raw_tex", ["docctl-simple"] = "markdown-yaml_metadata_block-raw_html-raw_tex",
  ["docctl-wiki"] = "mediawiki",
}

local function table_of(code)
  local reader = READERS[code.classes[1] or ""]
  if not reader then return nil end
  local blocks = pandoc.read(code.text, reader).blocks
  local has_table = false
  blocks:walk({ Table = function() has_table = true end })
  return has_table and blocks or pandoc.CodeBlock(code.text)
end

local function definitions(list)
  local items = pandoc.List({})
  for _, pair in ipairs(list.content) do
    local blocks = pandoc.Blocks({ pandoc.Para({ pandoc.Strong(pair[1]) }) })
    for _, meaning in ipairs(pair[2]) do blocks:extend(pandoc.Blocks(meaning)) end
    items:insert(blocks)
  end
  return pandoc.BulletList(items)
end

local function wiki_link(link)
  if not link.classes:includes("wikilink") then return nil end
  local shown, target = stringify(link.content), link.target
  link.content = pandoc.Inlines(link.content)
  if shown ~= target and target ~= "" then
    link.content:extend({ pandoc.Space(), pandoc.Str("(" .. target .. ")") })
  end
  return link.content
end

-- An amount of money between two dollars is no formula.
local function formula(math)
  if math.mathtype == "DisplayMath" or math.text:match("[\\^_={}]") then return nil end
  return pandoc.Str("$" .. math.text .. "$")
end

-- With lists such as a. pandoc no longer knows the boxes of tasks.
local function tasks(list)
  for _, item in ipairs(list.content) do
    local line = item[1] and (item[1].t == "Plain" or item[1].t == "Para") and item[1].content
    local first = line and line[1] and line[1].t == "Str" and line[1].text
    if first == "[x]" or first == "[X]" then
      line[1].text = "☒"
    elseif first == "[" and line[3] and line[2].t == "Space" and line[3].text == "]" then
      line[1].text = "☐"
      line:remove(3)
      line:remove(2)
    end
  end
  return list
end

-- (i) alone is read as the ninth letter; a list that goes on with (ii) shows that it is a numeral.
local function numerals(blocks)
  local found = pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    local last = found[#found]
    local goes_on = block.t == "OrderedList" and last and last.t == "OrderedList" and block.style:match("Roman$")
      and block.start == 2 and last.start == 9 and #last.content == 1 and last.style:match("Alpha$")
      and block.delimiter == last.delimiter
    if goes_on then
      last.content:extend(block.content)
      last.style, last.start = block.style, 1
      found[#found] = last
    else
      found:insert(block)
    end
  end
  return found
end

-- The kind of a list was kept at the end of a line; it belongs at the end of the item's text.
local function kind_last(list)
  local first = list.content[1] and list.content[1][1]
  if not first or (first.t ~= "Plain" and first.t ~= "Para") then return nil end
  for place, element in ipairs(first.content) do
    if element.t == "RawInline" and element.text:match("^<!%-%-%(?[aAiI][.)]%-%->$") then
      first.content:insert(first.content:remove(place))
      return list
    end
  end
end

return {
  { OrderedList = kind_last },
  { Blocks = numerals, BulletList = tasks },
  { CodeBlock = table_of },
  { DefinitionList = definitions, Link = wiki_link, Math = formula },
}
