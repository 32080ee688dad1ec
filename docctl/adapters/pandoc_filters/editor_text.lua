-- For the editor: footnotes are written out as [^1] in the text and as paragraphs “[^1]: …” at the end; one with a sign of
-- its own as [^1=*], and one of more than a paragraph as a division of its own.

local list_kinds = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "list_kinds.lua" }))
local note_signs = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "note_signs.lua" }))
local notes = pandoc.Blocks({})
local count = 0

local function written_note(note)
  count = count + 1
  local sign
  sign, note = note_signs.taken(note)
  local mark = "[^" .. count .. (sign and "=" .. sign or "") .. "]"
  local content = note.content
  local first = content[1]
  if #content == 1 and (first.t == "Para" or first.t == "Plain") then
    notes:insert(pandoc.Para(pandoc.Inlines({ pandoc.Str(mark .. ":"), pandoc.Space() }) .. first.content))
  else
    notes:insert(pandoc.Div(content, pandoc.Attr("", { "note" }, { label = tostring(count), sign = sign or "" })))
  end
  return pandoc.Str(mark)
end

-- The editor takes a run of spaces for one, save where every other one does not break.
local function spaced(code)
  code.text = code.text:gsub("  ", " \u{a0}")
  return code
end

function Pandoc(document)
  document = document:walk({ traverse = "topdown", Note = function(note) return written_note(note), false end })
  document.blocks:extend(notes)
  return document:walk({ OrderedList = list_kinds.far, Code = spaced })
end
