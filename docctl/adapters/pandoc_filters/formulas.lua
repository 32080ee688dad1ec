-- A formula is kept as TeX between dollars and backticks, because a dollar alone is an amount of money in most texts.

local formulas = {}

local GREEK = {}
for place, name in ipairs({
  "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
  "omicron", "pi", "rho", "varsigma", "sigma", "tau", "upsilon", "varphi", "chi", "psi", "omega",
}) do
  GREEK[name] = utf8.char(0x3B0 + place)
  GREEK[name:sub(1, 1):upper() .. name:sub(2)] = utf8.char(0x390 + place)
end
GREEK.varepsilon, GREEK.phi, GREEK.vartheta = GREEK.epsilon, "ϕ", "ϑ"
GREEK.Varsigma, GREEK.Varphi, GREEK.Phi = nil, nil, utf8.char(0x3A6)

-- What a text keeps of a formula: plain letters and signs as they are, everything else as TeX.
function formulas.as_text(math)
  local tex = math.text:gsub("%s+", " "):gsub("^ ", "")
  while tex:match("^\\ $") or tex:match("[^\\]\\ $") do tex = tex:sub(1, -3) end -- a gap at the end, which shows nothing
  tex = tex:gsub(" $", "")
  tex = tex:gsub("\\(%a+)( ?)", function(name, gap) return GREEK[name] and GREEK[name] .. gap or nil end)
  tex = tex:gsub("\\widehat({%w})", "\\hat%1"):gsub("``(.-)\"", "“%1”")
  local plain = tex:gsub("\\ ", " "):gsub(" +", " ")
  if not plain:find("[\\^_{}&`]") then return pandoc.Inlines(plain) end
  return pandoc.Inlines({ pandoc.Str("$"), pandoc.Code(tex), pandoc.Str("$") })
end

-- Where a text keeps formulas, make them real ones.
function formulas.real(inlines)
  local found, place = pandoc.Inlines({}), 1
  while place <= #inlines do
    local before, code, after = inlines[place], inlines[place + 1], inlines[place + 2]
    local is_formula = before.t == "Str" and before.text:match("%$$") and code and code.t == "Code"
      and after and after.t == "Str" and after.text:match("^%$")
    if is_formula then
      if before.text ~= "$" then found:insert(pandoc.Str(before.text:sub(1, -2))) end
      found:insert(pandoc.Math("InlineMath", code.text))
      inlines[place + 2] = pandoc.Str(after.text:sub(2))
      place = place + 2
    else
      if not (before.t == "Str" and before.text == "") then found:insert(before) end
      place = place + 1
    end
  end
  return found
end

return formulas
