-- What the filters share about tables.

local list_kinds = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "list_kinds.lua" }))
local stringify = pandoc.utils.stringify
local tables = {}

-- Whole per cents that make a hundred; a trifle more, because the writer cuts off and calls a sum below one narrow.
function tables.whole_widths(tbl)
  local total, given, widest = 0, 0, nil
  for _, column in ipairs(tbl.colspecs) do total = total + (column[2] or 0) end
  if total == 0 then return end
  local shares = {}
  for place, column in ipairs(tbl.colspecs) do
    shares[place] = math.max(1, math.floor((column[2] or 0) / total * 100 + 0.5))
    given = given + shares[place]
    if not widest or shares[place] > shares[widest] then widest = place end
  end
  shares[widest] = shares[widest] + 100 - given
  for place, column in ipairs(tbl.colspecs) do column[2] = shares[place] / 100 + 0.00001 end
end

-- Rows that cells from above take up whole; writers stumble over them.
local function without_blank_rows(rows)
  local kept = pandoc.List({})
  for place, row in ipairs(rows) do
    if #row.cells > 0 then
      kept:insert(row)
    else
      for above = 1, place - 1 do
        for _, cell in ipairs(rows[above].cells) do
          if cell.row_span > place - above then cell.row_span = cell.row_span - 1 end
        end
      end
    end
  end
  return kept
end

function tables.whole_rows(tbl)
  tbl.head.rows = without_blank_rows(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do body.body = without_blank_rows(body.body) end
  tbl.foot.rows = without_blank_rows(tbl.foot.rows)
  return tbl
end

local function has_words(rows)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      if stringify(cell.contents) ~= "" then return true end
    end
  end
  return false
end

local function plain_headings(tbl)
  return tbl:walk({ Header = function(header) return pandoc.Para({ pandoc.Strong(header.content) }) end })
end

-- Headings of columns are bold anyway; Word files say so cell by cell, or not at all.
local function plain_head(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do
      for _, block in ipairs(cell.contents) do
        local is_line = block.t == "Plain" or block.t == "Para"
        if is_line and #block.content == 1 and block.content[1].t == "Strong" then
          block.content = block.content[1].content
        end
      end
    end
  end
end

-- Within HTML the box of a task would become a field that nobody can use: its sign stays as it is.
local function boxes_kept(list)
  for _, item in ipairs(list.content) do
    local first = item[1] and (item[1].t == "Plain" or item[1].t == "Para") and item[1].content[1]
    if first and first.t == "Str" and (first.text == "☐" or first.text == "☒") then
      item[1].content[1] = pandoc.RawInline("html", first.text)
    end
  end
  return list
end

-- The caption as paragraphs, then the table; one without a heading row as HTML, because Markdown has no such table.
function tables.as_blocks(tbl)
  local blocks = pandoc.Blocks(tbl.caption.long)
  tables.whole_widths(tbl)
  tbl.caption = { long = {}, short = nil }
  tbl = plain_headings(tbl):walk({ OrderedList = list_kinds.kept, BulletList = boxes_kept })
  plain_head(tbl)
  if has_words(tbl.head.rows) then
    blocks:insert(tbl)
  else
    local options = pandoc.WriterOptions({ wrap_text = "none" })
    blocks:insert(pandoc.RawBlock("html", pandoc.write(pandoc.Pandoc({ tbl }), "html", options)))
  end
  return blocks
end

return tables
