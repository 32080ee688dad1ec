-- To Markdown: a backslash before another sign stands in a piece of its own, because pandoc leaves that sign out else,
-- as in \\server, C:\[old] or DOMAIN\<name>.

function Str(str)
  local pieces, rest = pandoc.Inlines({}), str.text
  while true do
    local sign = rest:find("\\%p")
    if not sign then break end
    pieces:insert(pandoc.Str(rest:sub(1, sign)))
    rest = rest:sub(sign + 1)
  end
  if #pieces == 0 then return nil end
  pieces:insert(pandoc.Str(rest))
  return pieces
end
