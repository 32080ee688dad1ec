-- To Markdown, what pandoc writes wrongly: a backslash before another sign stands in a piece of its own, because pandoc
-- leaves that sign out else, as in \\server, C:\[old] or DOMAIN\<name>; and no paragraph ends with the end of a line,
-- for which pandoc writes a backslash that is shown.

local BREAKS = { LineBreak = true, SoftBreak = true, Space = true }

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

local function without_last_break(block)
  local kept = #block.content
  while kept > 0 and BREAKS[block.content[kept].t] do kept = kept - 1 end
  if kept == #block.content then return nil end
  while #block.content > kept do block.content:remove() end
  return block
end

Para, Plain = without_last_break, without_last_break
