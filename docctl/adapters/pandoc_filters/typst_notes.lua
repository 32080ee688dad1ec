-- For Typst: a note with a sign of its own begins with a remark that holds the sign, because pandoc writes the call.

local note_signs = dofile(pandoc.path.join({ pandoc.path.directory(PANDOC_SCRIPT_FILE), "note_signs.lua" }))

function Note(note)
  local sign
  sign, note = note_signs.taken(note)
  if not sign then return nil end
  local first = note.content[1]
  local remark = "/*note " .. sign:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end) .. "*/"
  first.content:insert(1, pandoc.RawInline("typst", remark))
  note.content[1] = first
  return note
end
