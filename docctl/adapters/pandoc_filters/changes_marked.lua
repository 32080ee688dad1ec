-- For the PDF of a comparison: what was added and removed in colours that also differ in shape.

local function coloured(inline, colour)
  return pandoc.Span({ inline }, pandoc.Attr("", {}, { ["typst:text:fill"] = 'rgb("' .. colour .. '")' }))
end

function Underline(inline)
  return coloured(inline, "#14532d"), false
end

function Strikeout(inline)
  return coloured(inline, "#991b1b"), false
end
