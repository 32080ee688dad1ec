-- Brackets around words, which nothing was to read as HTML, become brackets again.

local function bracketed(element)
  if element.text:find("\u{fdd0}", 1, true) or element.text:find("\u{fdd1}", 1, true) then
    element.text = element.text:gsub("\u{fdd0}", "<"):gsub("\u{fdd1}", ">")
    return element
  end
end

Str, Code, CodeBlock, Math = bracketed, bracketed, bracketed, bracketed
