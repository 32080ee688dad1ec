-- For Typst: what is struck through is not underlined as well, also not as a link is, because PDF/UA allows one of both.

local function quoted(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

local function struck_link(link)
  local pieces = pandoc.Inlines({ pandoc.RawInline("typst", "#struck-link(" .. quoted(link.target) .. ")[") })
  pieces:extend(link.content)
  pieces:insert(pandoc.RawInline("typst", "];"))
  return pieces
end

function Strikeout(struck)
  return struck:walk({ Underline = function(line) return line.content end, Link = struck_link })
end

function Underline(line)
  local is_struck = false
  line:walk({ Strikeout = function() is_struck = true end })
  if is_struck then return line.content end
end
