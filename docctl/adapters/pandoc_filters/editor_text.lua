-- For the editor: footnotes are written out as [^1] in the text and as paragraphs “[^1]: …” at the end; one with a sign of
-- its own as [^1=*].

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
  if first and (first.t == "Para" or first.t == "Plain") then
    notes:insert(pandoc.Para(pandoc.Inlines({ pandoc.Str(mark .. ":"), pandoc.Space() }) .. first.content))
    content:remove(1)
  else
    notes:insert(pandoc.Para({ pandoc.Str(mark .. ":") }))
  end
  notes:extend(content)
  return pandoc.Str(mark)
end

function Pandoc(document)
  document = document:walk({ traverse = "topdown", Note = function(note) return written_note(note), false end })
  document.blocks:extend(notes)
  return document:walk({ OrderedList = list_kinds.far })
end
