/** Whether a text is one that every database stores as it is: without NUL, U+FFFE and lone surrogates. */
export const isWellFormed = (value: string): boolean =>
  !value.includes("\u0000") && !value.includes("\ufffe") && !/\p{Surrogate}/u.test(value)
