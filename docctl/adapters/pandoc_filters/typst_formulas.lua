-- Formulas as Typst reads them: pandoc writes some signs by names that Typst no longer knows.

local typst_formulas = {}

local SIGNS = {
  sect = "∩", ["sect.and"] = "⩄", ["sect.big"] = "⋂", ["sect.dot"] = "⩀", ["sect.double"] = "⋒", ["sect.sq"] = "⊓",
  ["sect.sq.big"] = "⨅", ["sect.sq.double"] = "⩎", ["integral.sect"] = "⨙", ["planck.reduce"] = "ħ",
  ["angle.oblique"] = "⦦", ["angle.right.sq"] = "⦜", ["angle.spheric.top"] = "⦡", kai = "ϗ", Kai = "Ϗ",
  ["backslash.circle"] = "⦸", ["bar.v.circle"] = "⦶", ["dash.circle"] = "⊝", ["div.circle"] = "⨸",
  ["dot.circle"] = "⊙", ["dot.circle.big"] = "⨀", ["eq.circle"] = "⊜", ["gt.circle"] = "⧁", ["lt.circle"] = "⧀",
  ["minus.circle"] = "⊖", ["parallel.circle"] = "⦷", ["perp.circle"] = "⦹", ["plus.circle.arrow"] = "⟴",
  ["times.circle"] = "⊗", ["times.circle.big"] = "⨂",
  ["brace.l.double"] = "⦃", ["brace.r.double"] = "⦄", ["bracket.l.double"] = "⟦", ["bracket.r.double"] = "⟧",
  ["paren.l.double"] = "⦅", ["paren.r.double"] = "⦆", ["shell.l.double"] = "⟬", ["shell.r.double"] = "⟭",
  ["quote.angle.l.double"] = "«", ["quote.angle.l.single"] = "‹",
  ["quote.angle.r.double"] = "»", ["quote.angle.r.single"] = "›",
}

-- Between quotation marks stand words, which stay as they are.
local function with_signs(written)
  return (written .. '""'):gsub('([^"]*)("[^"]*")', function(signs, words)
    signs = signs:gsub("%a[%a.]*", SIGNS):gsub("([%[{(])([_^])", '%1 ""%2'):gsub("(%a%a+)%( *([,)])", '%1(""%2')
    return signs .. words
  end):sub(1, -3)
end

-- Return what Typst reads between its dollars for a formula; nothing where pandoc cannot read it.
function typst_formulas.written(math)
  local written = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "typst"):gsub("%s+$", "")
  if not written:match("^%$.*%$$") then return nil end
  local bars = math.text:find("{Vmatrix}", 1, true) and "‖" or "|"
  return with_signs((written:gsub('delim: "||"', 'delim: "' .. bars .. '"')))
end

return typst_formulas
