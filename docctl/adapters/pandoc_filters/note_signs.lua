-- A note with a sign of its own, such as * or i, of which Markdown knows only numbers: a comment at the end of its first
-- paragraph keeps the sign, or in a table that is kept as HTML a span at the beginning. In a document the sign stands at
-- the beginning of the note, between signs that nobody types.

local note_signs = {}

local SIGN = utf8.char(0x10FD07)
local CLASS = "note-sign"

local function line_of(note)
  local first = note.content[1]
  return first and (first.t == "Para" or first.t == "Plain") and first
end

local function with_line(note, line)
  note.content[1] = line
  return note
end

-- The sign at the beginning of a note, and the note without it.
function note_signs.taken(note)
  local line = line_of(note)
  local first = line and line.content[1]
  local sign = first and first.t == "Str" and first.text:match("^" .. SIGN .. "(.-)" .. SIGN)
  if not sign then return nil, note end
  first.text = first.text:sub(2 * #SIGN + #sign + 1)
  line.content[1] = first
  while #line.content > 0 and (line.content[1].text == "" or line.content[1].t == "Space") do line.content:remove(1) end
  if #line.content == 0 and #note.content > 1 then
    note.content:remove(1)
    return sign, note
  end
  return sign, with_line(note, line)
end

-- A sign that no note took is nothing to read.
function note_signs.without(str)
  local text, found = str.text:gsub(SIGN .. ".-" .. SIGN, "")
  if found == 0 then return nil end
  str.text = text
  return text == "" and {} or str
end

local function signed(note, sign)
  local line = line_of(note)
  if not line then
    line = pandoc.Para({})
    note.content:insert(1, line)
  end
  line.content:insert(1, pandoc.Str(SIGN .. sign .. SIGN))
  return with_line(note, line)
end

local function commented(note, sign)
  local line = line_of(note)
  if not line then
    line = pandoc.Para({})
    note.content:insert(1, line)
  end
  if #line.content == 0 then line.content:insert(pandoc.Str("\194\160")) end
  line.content:insert(pandoc.RawInline("html", "<!--note " .. sign .. "-->"))
  return with_line(note, line)
end

-- For Markdown: keep the sign.
function note_signs.written(note)
  local sign
  sign, note = note_signs.taken(note)
  return sign and commented(note, sign) or note
end

-- For Markdown, of a Word file, in which each note has its sign: keep those that counting would not give.
local counted = 0
function note_signs.counted(note)
  local sign
  sign, note = note_signs.taken(note)
  if sign == tostring(counted + 1) then
    counted = counted + 1
    return note
  end
  return sign and commented(note, sign) or note
end

-- In a table: as in any text, or where the table is kept as HTML in a span.
function note_signs.in_table(tbl, write)
  local has_notes = false
  tbl:walk({ Note = function() has_notes = true end })
  if not has_notes then return tbl end
  local markdown = pandoc.write(pandoc.Pandoc({ tbl }), "gfm")
  local has_head = false
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do has_head = has_head or pandoc.utils.stringify(cell.contents) ~= "" end
  end
  if has_head and not markdown:match("^%s*<table") then return tbl:walk({ Note = write }) end
  return tbl:walk({ Note = function(note)
    local sign
    sign, note = note_signs.taken(note)
    if not sign then return note end
    local line = line_of(note) or pandoc.Para({})
    line.content:insert(1, pandoc.Space())
    line.content:insert(1, pandoc.Span({ pandoc.Str(sign) }, pandoc.Attr("", { CLASS })))
    return with_line(note, line)
  end })
end

-- From Markdown: put the kept sign at the beginning.
function note_signs.read(note)
  local line = line_of(note)
  local first, last = line and line.content[1], line and line.content[#line.content]
  local sign = last and last.t == "RawInline" and last.text:match("^<!%-%-note ([^%s<>]+)%-%->$")
  if sign then
    line.content:remove(#line.content)
  elseif first and first.t == "Span" and first.classes:includes(CLASS) then
    sign = pandoc.utils.stringify(first)
    line.content:remove(1)
    if line.content[1] and line.content[1].t == "Space" then line.content:remove(1) end
  end
  if not sign or sign == "" then return nil end
  return signed(with_line(note, line), sign)
end

note_signs.signed = signed
return note_signs
