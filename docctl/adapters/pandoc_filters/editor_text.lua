-- For the editor: footnotes are written out as [^1] in the text and as paragraphs “[^1]: …” at the end.

local list_kinds = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "list_kinds.lua" }))
local notes = pandoc.Blocks({})
local count = 0

local function written_note(note)
  count = count + 1
  local mark = "[^" .. count .. "]"
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
