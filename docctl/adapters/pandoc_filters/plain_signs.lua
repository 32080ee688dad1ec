-- For Typst: signs that were typed as such, where Typst would make a list, a heading or a hidden hyphen of them.

local function escaped(text)
  if text:match("^[-+/]$") or text:match("^=+$") then return "\\" .. text end
  local number = text:match("^(%d+)%.$")
  return number and number .. "\\."
end

function Str(str)
  local pieces, rest = pandoc.Inlines({}), str.text
  while true do
    local place = rest:find("-?", 1, true)
    if not place then break end
    if place > 1 then pieces:insert(pandoc.Str(rest:sub(1, place - 1))) end
    pieces:insert(pandoc.RawInline("typst", "\\-?"))
    rest = rest:sub(place + 2)
  end
  if #pieces == 0 then return nil end
  if rest ~= "" then pieces:insert(pandoc.Str(rest)) end
  return pieces
end

-- At the start of a cell, an item or a note nothing else escapes them.
function Inlines(inlines)
  local first = inlines[1]
  local written = first and first.t == "Str" and escaped(first.text)
  if not written then return nil end
  inlines[1] = pandoc.RawInline("typst", written)
  return inlines
end
