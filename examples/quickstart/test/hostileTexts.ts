/**
 * Texts that a customer could have typed into any field, and that must come out as texts.
 */
export const hostileTexts: readonly string[] = [
  '<script>alert("x")</script>',
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE quotes; --",
  "</td></table></main><style>*{display:none}</style>",
  "]]><svg onload=alert(1)>",
  "\u001B[2J\u001B[31mröd\u0007",
  "faktura \u202E000 001 KES",
  "{b|fet} {a} $1 %s",
  "&amp; & &lt;",
  "lone \uD800 surrogate",
  "två\nrader\toch tab",
]
