/**
 * The shape of a quote: whatever a caller sends, what comes out of here can be priced without an exception.
 *
 * A part of the wrong shape is reported and replaced by one that carries no money, so that indexes stay the input's.
 */
import { duplicateIds } from "./duplicateIds.ts"
import type { Issue } from "./issue.ts"
import { isPpm } from "./ppm.ts"
import type { DocumentDiscount, FooterCharge, Quote, QuoteLine, Section } from "./quote.ts"

/** The most lines one quote may have. */
export const maxLines = 1_000_000

export interface ShapedQuote {
  readonly quote: Quote
  readonly isComplete: boolean
}

/** The quote itself if its shape is right (the usual case, nothing is copied), else one that is. */
export const checkShape = (quote: Quote, issues: Issue[]): ShapedQuote => {
  const currency = isObject(quote) && typeof quote.currency === "string" ? quote.currency : ""
  const unpriced = (issue: Issue): ShapedQuote => {
    issues.push(issue)
    return { quote: { currency, lines: [] }, isComplete: false }
  }
  if (!isObject(quote) || !Array.isArray(quote.lines)) {
    return unpriced({ _tag: "InvalidShape", path: "lines", severity: "error", expected: "lines" })
  }
  const count = quote.lines.length
  if (count > maxLines) {
    return unpriced({ _tag: "TooManyLines", path: "lines", severity: "error", count, limit: maxLines })
  }
  const before = issues.length
  if (typeof quote.currency !== "string") {
    issues.push({ _tag: "UnknownCurrency", path: "currency", severity: "error", currency: quote.currency })
  }
  const lines = checkedLines(quote.lines, issues)
  const rest = checkedRest(quote, issues)
  if (issues.length === before) return { quote, isComplete: true }
  return { quote: { ...rest, currency, lines }, isComplete: false }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null

const isList = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((item) => isObject(item)))

const checkedLines = (lines: readonly QuoteLine[], issues: Issue[]): readonly QuoteLine[] => {
  let repaired: QuoteLine[] | undefined
  for (let row = 0; row < lines.length; row++) {
    const line: QuoteLine = lines[row]!
    if (isObject(line) && isEveryday(line)) continue
    const fault = faultOfLine(line)
    if (fault === undefined) continue
    issues.push({ _tag: "InvalidShape", path: `lines[${row}]${fault.at}`, severity: "error", expected: fault.expected })
    repaired ??= [...lines]
    repaired[row] = {
      id: isObject(line) && isId(line.id) ? line.id : `#${row}`,
      kind: "text",
    }
  }
  const checked = repaired ?? lines
  for (const row of duplicateIds(checked.length, (at) => checked[at]!.id)) {
    issues.push({ _tag: "DuplicateId", path: `lines[${row}].id`, severity: "error", id: checked[row]!.id })
  }
  return checked
}

/** A line with nothing in it that could have a wrong shape: most are, and need no closer look. */
const isEveryday = (line: QuoteLine): boolean =>
  isId(line.id) &&
  (line.vat === undefined || (typeof line.vat === "object" && line.vat !== null)) &&
  line.kind === undefined &&
  line.discounts === undefined &&
  line.charges === undefined &&
  line.costs === undefined &&
  line.option === undefined &&
  line.lock === undefined &&
  line.priceOrigin === undefined &&
  line.bundlePrice === undefined &&
  line.alternative === undefined &&
  line.groupIds === undefined

type Check = readonly [field: keyof QuoteLine, isRight: (value: unknown) => boolean, expected: string]

const choice = (field: keyof QuoteLine, ...allowed: readonly string[]): Check => [
  field,
  (value) => isOneOf(value, allowed),
  allowed.join(" | "),
]

const isOneOf = (value: unknown, allowed: readonly unknown[]): boolean => value === undefined || allowed.includes(value)

const isId = (value: unknown): boolean => typeof value === "string" && value !== ""

/** What pricing relies on, field by field; a field that is absent is right. */
const lineChecks: readonly Check[] = [
  choice("kind", "product", "labour", "external", "text", "subtotal", "bundle", "return"),
  choice("option", "offered", "chosen"),
  choice("lock", "none", "price", "net", "all"),
  choice("priceOrigin", "manual", "list", "solved", "frozen", "quote", "project", "agreement"),
  choice("bundlePrice", "sum", "fixed"),
  ["discounts", isList, "objects"],
  ["charges", isList, "objects"],
  ["costs", (costs) => areCosts(costs as NonNullable<QuoteLine["costs"]>), "objects"],
  ["vat", isObject, "a VAT rate"],
  ["alternative", isObject, "an object"],
  ["groupIds", Array.isArray, "an array"],
]

interface Fault {
  readonly at: string
  readonly expected: string
}

const faultOfLine = (line: QuoteLine): Fault | undefined => {
  if (!isObject(line)) return { at: "", expected: "an object" }
  if (!isId(line.id)) return { at: ".id", expected: "a text" }
  const broken = lineChecks.find(([field, isRight]) => line[field] !== undefined && !isRight(line[field]))
  return broken && { at: `.${broken[0]}`, expected: broken[2] }
}

const areCosts = (costs: NonNullable<QuoteLine["costs"]>): boolean =>
  isList(costs) && costs.every((item) => item.overhead === undefined || isObject(item.overhead))

/** Everything but the lines; a part of the wrong shape is left out. */
const checkedRest = (quote: Quote, issues: Issue[]): Quote => {
  const rest: { -readonly [Key in keyof Quote]: Quote[Key] } = { ...quote }
  for (const [key, isRight, expected] of [
    ["sections", isSections, "sections with id"],
    ["footers", areFooters, "footers with amount"],
    ["discounts", areDiscounts, "discounts with amount"],
    ["marginRules", areRules, "rules with id"],
    ["company", isCompany, "a currency"],
    ["rounding", isObject, "an object"],
    ["buyer", isBuyer, "a buyer"],
    ["book", isBook, "a price book"],
  ] as const) {
    if (quote[key] === undefined || isRight(quote[key] as never)) continue
    issues.push({ _tag: "InvalidShape", path: key, severity: "error", expected })
    delete rest[key]
  }
  return rest
}

const isCompany = (company: NonNullable<Quote["company"]>): boolean =>
  isObject(company) && typeof company.currency === "string"

const isBuyer = (buyer: NonNullable<Quote["buyer"]>): boolean =>
  isObject(buyer) && (buyer.generalDiscountPpm === undefined || isPpm(buyer.generalDiscountPpm))

const hasId = (item: { readonly id: unknown }): boolean => typeof item.id === "string"

const areRules = (rules: NonNullable<Quote["marginRules"]>): boolean =>
  isList(rules) &&
  rules.every(
    (rule) =>
      hasId(rule) &&
      (rule.approver === undefined || typeof rule.approver === "string") &&
      (rule.target === undefined || isObject(rule.target)),
  )

const isSections = (sections: readonly Section[]): boolean => isList(sections) && sections.every(hasId)

const isAmount = (amount: unknown): boolean =>
  isObject(amount) && ["fixed", "percent", "costPlus"].includes(amount["kind"] as string)

const areFooters = (footers: readonly FooterCharge[]): boolean =>
  isList(footers) &&
  footers.every(
    (footer) =>
      hasId(footer) &&
      isAmount(footer.amount) &&
      isOneOf(footer.visibility, ["hidden", "shown", "asLine"]) &&
      isSpread(footer.spread),
  )

const areDiscounts = (discounts: readonly DocumentDiscount[]): boolean =>
  isList(discounts) &&
  discounts.every(
    (discount) =>
      hasId(discount) &&
      isAmount(discount.amount) &&
      isOneOf(discount.visibility, ["hidden", "shown"]) &&
      isSpread(discount.spread),
  )

const isSpread = (spread: FooterCharge["spread"]): boolean =>
  spread === undefined ||
  (isObject(spread) &&
    isOneOf(spread.basis, ["amount", "quantity", "weight", "cost", "hours", "equal", "manual"]) &&
    isOneOf(spread.onZeroBasis, ["equal", "error", "keepAsLine"]) &&
    isOneOf(spread.negative, ["exclude", "absolute", "signed"]) &&
    isOneOf(spread.respread, ["never", "missingOnly", "all"]) &&
    isList(spread.shares) &&
    isList(spread.frozenShares) &&
    isTargets(spread.targets))

const isTargets = (targets: unknown): boolean =>
  targets === undefined ||
  (isObject(targets) &&
    ["essential", "all", "section", "group", "lines"].includes(targets["kind"] as string) &&
    (targets["kind"] !== "lines" || Array.isArray(targets["lineIds"])))

const isBook = (book: NonNullable<Quote["book"]>): boolean =>
  isObject(book) &&
  areItems(book.lists) &&
  book.lists.every((list) => isObject(list.scope) && areItems(list.entries) && list.entries.every(isEntry)) &&
  areItems(book.discounts) &&
  book.discounts.every((row) => isObject(row.subject) && isObject(row.target)) &&
  (book.products === undefined || (areItems(book.products) && book.products.every(isProduct))) &&
  isList(book.units)

/** An array of objects with an id each. */
const areItems = (items: unknown): boolean => Array.isArray(items) && isList(items) && items.every(hasId)

const isEntry = ({ price }: { readonly price: unknown }): boolean =>
  isObject(price) && (price["kind"] !== "tiers" || (Array.isArray(price["tiers"]) && isList(price["tiers"])))

const isProduct = (product: {
  readonly groupIds?: unknown
  readonly categoryIds?: unknown
  readonly vat?: unknown
}): boolean =>
  [product.groupIds, product.categoryIds].every((ids) => ids === undefined || Array.isArray(ids)) &&
  (product.vat === undefined || isObject(product.vat))
