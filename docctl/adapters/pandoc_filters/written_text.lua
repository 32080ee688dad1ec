-- From the editor, or from Markdown of any origin: footnotes written as [^1] become real, headings start at
-- level 1 without gaps, and what only decorates is taken off.

local tables = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "tables.lua" }))
local marks = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "marks.lua" }))
local list_kinds = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "list_kinds.lua" }))
local note_signs = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "note_signs.lua" }))
local formulas = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "formulas.lua" }))
local stringify = pandoc.utils.stringify
local notes = {}

local function unwrap(element) return element.content end

local function without_mark(para, mark)
  local content = para.content
  while #content > 0 and mark ~= "" do
    local text = content[1].text or ""
    if mark:sub(1, #text) ~= text then
      content[1] = pandoc.Str(text:sub(#mark + 1))
      break
    end
    mark = mark:sub(#text + 1)
    content:remove(1)
  end
  while #content > 0 and (content[1].t == "Space" or content[1].t == "SoftBreak" or content[1].text == "") do
    content:remove(1)
  end
  return pandoc.Para(content)
end

-- The notes that the text has a mark of: a paragraph that only looks like a note explains nothing, and stays.
local function marks_in(blocks)
  local found = {}
  blocks:walk({
    Block = function(block)
      if block.t ~= "Para" and block.t ~= "Plain" and block.t ~= "Header" then return end
      local text = stringify(block):gsub("^%[%^[%w_-]+=?[^%]%s]*%]:", "")
      for label in text:gmatch("%[%^([%w_-]+)=?[^%]%s]*%]") do found[label] = true end
    end,
  })
  return found
end

local function take_notes(blocks)
  local kept, marked = pandoc.Blocks({}), marks_in(blocks)
  for _, block in ipairs(blocks) do
    local mark, label, sign
    if block.t == "Para" then mark, label, sign = stringify(block):match("^(%[%^([%w_-]+)=?([^%]%s]*)%]:)") end
    if label and not marked[label] then label = nil end
    if block.t == "Div" and block.classes:includes("note") and block.attributes["data-label"] then
      notes[block.attributes["data-label"]] = { content = block.content, sign = block.attributes.sign or "" }
    elseif label and not notes[label] then
      notes[label] = { content = pandoc.Blocks({ without_mark(block, mark) }), sign = sign }
    else
      kept:insert(block)
    end
  end
  return kept
end

local function put_notes(text)
  local pieces, rest = pandoc.Inlines({}), text.text
  while true do
    local start, finish, label = rest:find("%[%^([%w_-]+)=?[^%]%s]*%]")
    if not start or not notes[label] then break end
    if start > 1 then pieces:insert(pandoc.Str(rest:sub(1, start - 1))) end
    local note = pandoc.Note(notes[label].content:clone())
    pieces:insert(notes[label].sign ~= "" and note_signs.signed(note, notes[label].sign) or note)
    rest = rest:sub(finish + 1)
  end
  if #pieces == 0 then return nil end
  if rest ~= "" then pieces:insert(pandoc.Str(rest)) end
  return pieces
end

-- The editor keeps a run of spaces by letting every other one not break.
local function spaced(code)
  code.text = code.text:gsub(" \u{a0}", "  ")
  return code
end

local function plain_link(link)
  link.attributes, link.classes, link.identifier = {}, {}, ""
  local scheme = (link.target:match("^%s*(%a[%w+.-]*):") or ""):lower()
  local is_safe = scheme == "" or scheme == "http" or scheme == "https" or scheme == "mailto"
  return (link.target == "" or not is_safe) and link.content or link
end

local function without_attributes(tbl)
  tbl.attr = pandoc.Attr()
  local rows = pandoc.List({})
  rows:extend(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do
    body.attr = pandoc.Attr()
    rows:extend(body.head)
    rows:extend(body.body)
  end
  rows:extend(tbl.foot.rows)
  for _, row in ipairs(rows) do
    row.attr = pandoc.Attr()
    for _, cell in ipairs(row.cells) do cell.attr = pandoc.Attr() end
  end
  tbl.head.attr, tbl.foot.attr = pandoc.Attr(), pandoc.Attr()
end

local function table_block(tbl)
  without_attributes(tbl)
  return tables.as_blocks(note_signs.in_table(tbl, note_signs.written))
end

-- A line that a table, a quotation or a list from another number than 1 follows is a paragraph, because Markdown would
-- read on in it.
local function apart(list)
  for _, item in ipairs(list.content) do
    local has_more = false
    for _, block in ipairs(item) do
      local is_list = block.t == "BulletList" or (block.t == "OrderedList" and block.start == 1)
      has_more = has_more or not (block.t == "Plain" or is_list)
    end
    if has_more then
      for place, block in ipairs(item) do
        if block.t == "Plain" then item[place] = pandoc.Para(block.content) end
      end
    end
  end
  return list
end

function Pandoc(document)
  document.blocks = take_notes(document.blocks)
  document = document:walk({
    Str = put_notes, Span = unwrap, Div = unwrap, SmallCaps = unwrap, Link = plain_link,
    Math = formulas.as_text, Code = spaced,
    BulletList = apart, OrderedList = apart,
  })
  local blocks, levels = pandoc.Blocks({}), {}
  for _, block in ipairs(document.blocks) do
    if block.t == "Header" then
      block.attr = pandoc.Attr()
      block = marks.plain_heading(block)
      if not marks.title(block):match("%S") then
        blocks:insert(marks.untitled(block))
      else
        while #levels > 0 and levels[#levels] >= block.level do table.remove(levels) end
        table.insert(levels, block.level)
        block.level = #levels
        blocks:insert(block)
      end
    else
      blocks:extend(pandoc.Blocks({ block }):walk({
        traverse = "topdown",
        OrderedList = list_kinds.written,
        Table = function(tbl) return table_block(tbl), false end,
      }))
    end
  end
  document.blocks = blocks:walk({
    Note = note_signs.written, Para = marks.typed_rules,
    BulletList = marks.ticks_kept, OrderedList = marks.ticks_kept,
  }):walk(marks.as_written)
  document.meta = {}
  return document
end
