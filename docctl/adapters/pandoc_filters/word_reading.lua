-- What a Word file becomes as Markdown: plain headings from level 1 without gaps, pictures under assets/,
-- captions as paragraphs, and tables without a heading row as HTML.

local tables = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "tables.lua" }))
local marks = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "marks.lua" }))
local list_kinds = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "list_kinds.lua" }))
local note_signs = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "note_signs.lua" }))
local formulas = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "formulas.lua" }))
local stringify = pandoc.utils.stringify
local slugs, renamed = {}, {}

local function slug(text)
  local base = pandoc.text.lower(text):gsub("[%c%p]", function(mark)
    return (mark == "-" or mark == "_") and mark or ""
  end):gsub(" ", "-")
  local count = slugs[base]
  slugs[base] = (count or 0) + 1
  return count and (base .. "-" .. count) or base
end

local function unwrap(element) return element.content end

local function is_safe(target)
  local scheme = target:match("^%s*(%a[%w+.-]*):")
  return not scheme or scheme:lower() == "http" or scheme:lower() == "https" or scheme:lower() == "mailto"
end

local function trimmed(inlines)
  while #inlines > 0 do
    local last = inlines[#inlines]
    while last.t == "Str" and (last.text:match("%s$") or last.text:match("\194\160$")) do
      last.text = last.text:gsub("%s+$", ""):gsub("\194\160$", "")
    end
    if last.t ~= "Space" and not (last.t == "Str" and last.text == "") then break end
    inlines:remove(#inlines)
  end
  return inlines
end

local function plain_heading(header)
  header = marks.plain_heading(header)
  while #header.content > 0 and (header.content[1].t == "Space" or header.content[1].t == "SoftBreak") do
    header.content:remove(1)
  end
  header.content = trimmed(header.content)
  return header
end

local function picture(image)
  image.src = image.src:gsub("^media/", "assets/")
  image.attributes["width"] = image.attributes["width"] ~= "0.0in" and image.attributes["width"] or nil
  image.attributes["height"] = image.attributes["height"] ~= "0.0in" and image.attributes["height"] or nil
  image.title = ""
  return image
end

local function tight(list)
  for _, item in ipairs(list.content) do
    for place, block in ipairs(item) do
      local is_list = block.t == "BulletList" or (block.t == "OrderedList" and block.start == 1)
      if not is_list and not (place == 1 and (block.t == "Para" or block.t == "Plain")) then return nil end
    end
  end
  for _, item in ipairs(list.content) do
    if item[1] and item[1].t == "Para" then item[1] = pandoc.Plain(item[1].content) end
  end
  return list
end

local GOES_ON, RULE, SHELF = utf8.char(0x10FD01), utf8.char(0x10FD02), utf8.char(0x10FD03)
local UNMEASURED = utf8.char(0x10FD04)
local shelf = {}

-- A table of which nobody chose the widths has a sign in its first cell.
local function without_widths(tbl)
  local body = tbl.bodies[1] and tbl.bodies[1].body
  local row = tbl.head.rows[1] or (body and body[1])
  local cell = row and row.cells[1]
  if not cell then return nil end
  local found = false
  local function unsigned(element)
    if found or element.text:sub(1, #UNMEASURED) ~= UNMEASURED then return nil end
    found = true
    element.text = element.text:sub(#UNMEASURED + 1)
    if element.text == "" and element.t == "Str" then return {} end
    return element
  end
  local contents = cell.contents:walk({ Str = unsigned, CodeBlock = unsigned, Code = unsigned })
  if not found then return nil end
  cell.contents = contents
  for _, column in ipairs(tbl.colspecs) do column[2] = nil end
  return tbl
end

local function goes_on(item)
  local first = item[1]
  while first and first.t == "BlockQuote" do first = first.content[1] end
  if first and first.t == "CodeBlock" and first.text:sub(1, #GOES_ON) == GOES_ON then
    first.text = first.text:sub(#GOES_ON + 1)
    return true
  end
  local is_line = first and (first.t == "Para" or first.t == "Plain")
  local inline = is_line and first.content[1]
  if not inline or inline.t ~= "Str" or inline.text:sub(1, #GOES_ON) ~= GOES_ON then return false end
  inline.text = inline.text:sub(#GOES_ON + 1)
  if inline.text == "" then first.content:remove(1) end
  return true
end

local function is_blank(item)
  local has_more = false
  local function more() has_more = true end
  pandoc.Blocks(item):walk({ Image = more, CodeBlock = more, Table = more, HorizontalRule = more, Note = more })
  return not has_more and stringify(item):match("^%s*$") ~= nil
end

-- Paragraphs of one quotation in an item come one by one.
local function go_on(target, block)
  local last = target[#target]
  if block.t == "BlockQuote" and last and last.t == "BlockQuote" then
    last.content:extend(block.content)
    target[#target] = last
  else
    target:insert(block.t == "Plain" and pandoc.Para(block.content) or block)
  end
end

-- Tables in list items wait at the end of the text; a sign with their number stands in their place.
local function from_shelf(para)
  local number = stringify(para):match("^" .. SHELF .. "(%d+)$")
  local found = number and shelf[number]
  return found and found:walk({ Para = from_shelf, Plain = from_shelf })
end

local function shelved(blocks)
  local kept = pandoc.Blocks({})
  local place = 1
  while place <= #blocks do
    local number = blocks[place].t == "Para" and stringify(blocks[place]):match("^" .. SHELF .. "(%d+)$")
    if number and blocks[place + 1] and blocks[place + 1].t == "Table" then
      shelf[number] = blocks[place + 1]
      place = place + 2
    else
      kept:insert(blocks[place])
      place = place + 1
    end
  end
  return kept:walk({ Para = from_shelf, Plain = from_shelf })
end

-- A quotation that is all code was a block of code, whose lines Word keeps in the style of the quotation.
local function quoted_code(quote)
  for place, block in ipairs(quote.content) do
    local text = ""
    for _, inline in ipairs(block.t == "Para" and block.content or {}) do
      if inline.t == "Code" then text = text .. inline.text
      elseif inline.t == "LineBreak" then text = text .. "\n"
      elseif inline.t == "Str" and inline.text == GOES_ON and text == "" then text = GOES_ON
      else text = nil break end
    end
    if text and text ~= "" and text ~= GOES_ON then quote.content[place] = pandoc.CodeBlock(text) end
  end
  return quote
end

-- Word knows a quotation by its paragraphs: a list whose items are all quoted is a quoted list.
local function whole_quotation(list)
  local has_quotation = false
  for _, item in ipairs(list.content) do
    for _, block in ipairs(item) do
      if block.t ~= "BlockQuote" then return nil end
      has_quotation = true
    end
  end
  if not has_quotation then return nil end
  for place, item in ipairs(list.content) do
    local blocks = pandoc.Blocks({})
    for _, quote in ipairs(item) do blocks:extend(quote.content) end
    if blocks[1] and blocks[1].t == "CodeBlock" then blocks[1] = marks.line_of_code(blocks[1]) end
    list.content[place] = blocks
  end
  return pandoc.BlockQuote({ tight(list) or list })
end

local function joined_quotations(blocks)
  local found = pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    local last = found[#found]
    if block.t == "BlockQuote" and last and last.t == "BlockQuote" then
      last.content:extend(block.content)
      found[#found] = last
    else
      found:insert(block)
    end
  end
  return #found < #blocks and found or nil
end

-- The number that Word counted for an item stands before it between signs, because pandoc counts less well.
local NUMBER = utf8.char(0x10FD06)

local function number_of(item)
  local first, number = item[1], nil
  while first and first.t == "BlockQuote" do first = first.content[1] end
  local is_line = first and (first.t == "Para" or first.t == "Plain")
  local holder = first and first.t == "CodeBlock" and first or is_line and first.content[1]
  if not holder or not holder.text then return nil end
  holder.text = holder.text:gsub("^" .. NUMBER .. "(%d+)" .. NUMBER, function(found) number = tonumber(found) return "" end)
  if is_line and holder.t == "Str" and holder.text == "" then first.content:remove(1) end
  return number
end

-- One list for each run of numbers that follow one another.
local function counted_lists(list, numbers)
  local lists = pandoc.Blocks({})
  for place, item in ipairs(list.content) do
    local last = lists[#lists]
    local follows = last and (not numbers[place] or last.start + #last.content == numbers[place])
    if follows then
      last.content:insert(item)
      lists[#lists] = last
    else
      local attributes = pandoc.ListAttributes(numbers[place] or list.start, list.style, list.delimiter)
      lists:insert(pandoc.OrderedList({ item }, attributes))
    end
  end
  return lists
end

-- Items that go on the one before become part of it; bullets with nothing behind them are dropped.
local function whole_items(list)
  local before, items, numbers = pandoc.Blocks({}), pandoc.List({}), {}
  for _, item in ipairs(list.content) do
    local number = number_of(item)
    if goes_on(item) then
      local target = items[#items] or before
      for _, block in ipairs(item) do
        go_on(target, block)
      end
    elseif list.t == "OrderedList" or not is_blank(item) then
      items:insert(pandoc.Blocks(item))
      numbers[#items] = number
    end
  end
  if #items == 0 then return before end
  list.content = items
  for _, part in ipairs(list.t == "OrderedList" and counted_lists(list, numbers) or { list }) do
    before:insert(whole_quotation(part) or tight(part) or part)
  end
  return before
end

-- A number that no list took is nothing to read.
local function without_numbers(element)
  local text, found = element.text:gsub(NUMBER .. "%d+" .. NUMBER, "")
  if found == 0 then return nil end
  element.text = text
  return element.t == "Str" and text == "" and {} or element
end

-- Texts of a drawn diagram come as lines with a sign and their depth, and become lists in lists.
local ITEM = utf8.char(0x10FD05)

local function depth_of(block)
  local first = block.t == "Para" and block.content[1]
  local depth = first and first.t == "Str" and first.text:match("^" .. ITEM .. "(%d+)" .. ITEM)
  return depth and tonumber(depth)
end

local function nested(items, place, depth)
  local list = pandoc.List({})
  while place <= #items and items[place].depth >= depth do
    if items[place].depth > depth and #list > 0 then
      local inner
      inner, place = nested(items, place, items[place].depth)
      list[#list]:insert(inner)
    else
      list:insert(pandoc.Blocks({ pandoc.Plain(items[place].content) }))
      place = place + 1
    end
  end
  return pandoc.BulletList(list), place
end

local function figure_lists(blocks)
  local found, items = pandoc.Blocks({}), {}
  local function finish()
    local place = 1
    while place <= #items do
      local list
      list, place = nested(items, place, 0)
      found:insert(list)
    end
    items = {}
  end
  for _, block in ipairs(blocks) do
    local depth = depth_of(block)
    if depth then
      block.content[1].text = block.content[1].text:gsub("^" .. ITEM .. "%d+" .. ITEM, "")
      table.insert(items, { depth = depth, content = block.content })
    else
      finish()
      found:insert(block)
    end
  end
  finish()
  return found
end

local function line_across(para)
  if stringify(para) == RULE then return pandoc.HorizontalRule() end
end

local function is_line(block) return block.t == "Para" or block.t == "Plain" or block.t == "Header" end

local function has_note(blocks, first, last)
  local found = false
  for place = first, last do blocks[place]:walk({ Note = function() found = true end }) end
  return found
end

local function with_lines(blocks, first, last)
  for place = first, last do blocks[place] = pandoc.Para(blocks[place].content) end
  return blocks
end

-- Moves the title out of the first lines, where it stands for itself with or without the number, in front of the text
-- and behind a sign; pictures in it stay where they are. With a note it stays whole, because a note explains its words.
local function with_title_in_front(blocks, title, number)
  local folded = marks.folded
  if folded(title) == "" then return blocks end
  local wanted = { [folded(title)] = true, [folded(title .. number)] = true, [folded(number .. title)] = true }
  for place = 1, math.min(#blocks, 12) do
    local words, last, line = "", place, pandoc.Inlines({})
    while last <= #blocks and last < place + 4 and is_line(blocks[last]) do
      local block = blocks[last]
      words = words .. folded(marks.title(block))
      if last > place then line:insert(pandoc.Space()) end
      line:extend(marks.words_of_line(block))
      if wanted[words] then
        if has_note(blocks, place, last) then return with_lines(blocks, place, last) end
        for _ = place, last do
          local others = marks.beside_words(blocks[place])
          blocks:remove(place)
          if #others > 0 then
            blocks:insert(place, pandoc.Para(others))
            place = place + 1
          end
        end
        blocks:insert(1, marks.TITLE)
        blocks:insert(2, pandoc.Para(line))
        return blocks
      end
      last = last + 1
    end
    if blocks[place].t == "Header" and stringify(blocks[place]) ~= "" then return blocks end
  end
  return blocks
end

local function figure(element)
  local blocks = pandoc.Blocks(element.content)
  blocks:extend(element.caption.long)
  return blocks
end

function Pandoc(document)
  -- Going through every line takes as long as reading the file, so it is done only where there is something to find.
  local text, has_code, has_marks, has_quotes, has_notes = stringify(document.blocks), false, false, false, false
  local function has(sign) return text:find(sign, 1, true) ~= nil end
  local function marked() has_marks = true end
  document = document:walk({
    Underline = unwrap, SmallCaps = unwrap, Div = unwrap, Span = unwrap, Math = formulas.as_text, Figure = figure,
    Image = picture, BulletList = whole_items, OrderedList = whole_items, Table = without_widths,
    Para = has(RULE) and line_across or nil, Plain = has(RULE) and line_across or nil,
    Blocks = has(ITEM) and figure_lists or nil,
    BlockQuote = function(quote) has_quotes = true return quoted_code(quote) end,
    Note = function() has_notes = true end,
    Code = function() has_code = true end, Strong = marked, Emph = marked, Strikeout = marked,
  })
  if has(NUMBER) or has_notes then document = document:walk({ Str = without_numbers, Code = without_numbers, CodeBlock = without_numbers }) end
  if has_quotes then document = document:walk({ Blocks = joined_quotations }) end
  if has_code then document = document:walk({ Inlines = marks.whole_code }) end
  if has(SHELF) then document.blocks = shelved(document.blocks) end
  local title, number = stringify(document.meta["known-title"] or ""), stringify(document.meta["known-number"] or "")
  local blocks, levels = pandoc.Blocks({}), {}
  for _, block in ipairs(with_title_in_front(document.blocks, title, number)) do
    if block.t == "Header" then
      local identifier = block.identifier
      block = plain_heading(block)
      if not marks.title(block):match("%S") then
        renamed[identifier] = ""
        blocks:insert(marks.untitled(block))
        goto continue
      end
      while #levels > 0 and levels[#levels] >= block.level do table.remove(levels) end
      table.insert(levels, block.level)
      block.level = #levels
      block.identifier = slug(stringify(block.content))
      renamed[identifier] = block.identifier
    end
    blocks:insert(block)
    ::continue::
  end
  document.blocks = blocks:walk({
    traverse = "topdown",
    Link = function(link)
      link.content = link.content:walk({ Link = unwrap })
      if link.target:sub(1, 1) == "#" then
        local new = renamed[link.target:sub(2)]
        if not new or new == "" then return link.content end
        link.target = "#" .. new
      elseif link.target == "" or not is_safe(link.target) then
        return link.content
      end
      link.attributes, link.classes, link.identifier = {}, {}, ""
      return link
    end,
    OrderedList = list_kinds.written,
    Note = note_signs.counted,
    Table = function(tbl) return tables.as_blocks(note_signs.in_table(tbl, note_signs.counted)), false end,
  })
  if has_notes then document.blocks = document.blocks:walk({ Str = note_signs.without }) end
  if has("--") or has("=") then document.blocks = document.blocks:walk({ Para = marks.typed_rules }) end
  if has("✓") or has("❏") then document.blocks = document.blocks:walk({ BulletList = marks.ticks_kept, OrderedList = marks.ticks_kept }) end
  if has_marks or has("&") then document.blocks = document.blocks:walk(marks.as_written) end
  document.meta = {}
  return document
end
