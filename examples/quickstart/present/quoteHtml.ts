/**
 * The quote as one HTML file: opens anywhere, prints on A4, loads nothing and runs nothing.
 */
import { amount, decimal, percent, unitName } from "./amount.ts"
import { dayNumber, longDate, periodText } from "./dateText.ts"
import { type Html, html, htmlText, ownMarkup, unbroken } from "./html.ts"
import { internalPart } from "./quoteInternal.ts"
import { quoteStyle } from "./quoteStyle.ts"
import { sumErrors } from "./quoteSums.ts"
import type { InternalView, LineView, OptionView, QuoteView, SectionView } from "./quoteView.ts"

/**
 * The customer's copy in Swedish. Every text of the view is escaped.
 *
 * Options and alternatives are shown but are in no sum; cost, margin and pictures are not in it at all.
 * A view that does not add up is a bug of its maker and is refused with a `RangeError` that says where.
 */
export const quoteHtml = (quote: QuoteView): string => page(quote, undefined)

/** The firm's own copy: the customer's copy followed by the pre-calculation, the full reasons and the pictures. */
export const internalQuoteHtml = (quote: QuoteView, internal: InternalView): string =>
  page(quote, internalPart(quote, internal))

const page = (quote: QuoteView, appendix: Html | undefined): string => {
  const errors = sumErrors(quote)
  if (errors.length > 0) throw new RangeError(`quote ${quote.number} does not add up: ${errors.join("; ")}`)
  return `<!doctype html>\n${htmlText(html`<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>Offert ${quote.number} – ${quote.customer.name}</title>
<style>${ownMarkup(quoteStyle)}</style>
</head>
<body>
<main>
${[masthead(quote), parties(quote), subject(quote), lineTable(quote), optionTable(quote), sums(quote), plan(quote)]}
${[delivery(quote), terms(quote), signature(quote), imprint(quote), appendix]}
</main>
</body>
</html>`)}\n`
}

const mountain = html`<svg viewBox="0 0 48 48" role="img" aria-label="Fjäll" focusable="false"><rect width="48" height="48" rx="10" fill="#0e4f5c"/><path d="M6 36 19 14l7 11 4-6 12 17Z" fill="#fff"/><path d="m19 14 4.4 7-4.2 3-4-3.2Z" fill="#7fb0b9"/></svg>`

const masthead = ({ seller, number, revision }: QuoteView): Html => html`<header class="masthead">
<div class="brand">${mountain}<div><strong>${seller.name}</strong><span>${seller.web}</span></div></div>
<div class="document"><h1>Offert</h1><p><b>${number}</b> · revision ${revision}</p></div>
</header>
`

const parties = (quote: QuoteView): Html => {
  const { customer, seller } = quote
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ["Offertdatum", longDate(quote.issuedOn)],
    ["Giltig till och med", longDate(quote.validUntil)],
    ["Kundnummer", customer.number],
    ["Organisationsnummer", customer.orgNumber],
    ["Er referens", quote.reference],
    ["Vår referens", seller.contactName],
    ["Betalningsvillkor", `${quote.paymentTermDays} dagar netto`],
  ]
  return html`<section class="parties" aria-label="Parter">
<div><p class="label">Till</p><address class="address"><b>${customer.name}</b><br>${customer.contactName ? html`${customer.contactName}<br>` : ""}${customer.addressLines.map((line) => html`${line}<br>`)}${customer.email}</address></div>
<dl class="facts">${pairs.map(([label, value]) => (value ? html`<dt>${label}</dt><dd>${value}</dd>` : ""))}</dl>
</section>
`
}

const subject = (quote: QuoteView): Html => html`<section class="subject">
<h2>${quote.title}</h2>${quote.intro ? html`<p>${quote.intro}</p>` : ""}
</section>
<section class="summary" aria-label="Sammanfattning">
<div><span class="label">Att betala inkl. moms</span><b>${money(quote.totals.payableMinor, quote)}</b><small>${money(quote.totals.netMinor, quote)} exkl. moms</small></div>
<div><span class="label">Klart och driftsatt</span><b>${longDate(quote.promise.on)}</b><small>enligt planen nedan</small></div>
<div><span class="label">Giltig till</span><b>${longDate(quote.validUntil)}</b><small>därefter ny offert</small></div>
</section>
`

const lineHead = (
  currency: string,
): Html => html`<colgroup>${[1, 2, 3, 4, 5, 6, 7, 8].map((at) => html`<col class="c${at}">`)}</colgroup>
<thead><tr><th scope="col" class="position">Pos</th><th scope="col">Art.nr</th><th scope="col">Benämning</th><th scope="col" class="num">Antal</th><th scope="col"><span class="sr">Enhet</span></th><th scope="col" class="num">À-pris</th><th scope="col" class="num">Rabatt</th><th scope="col" class="num">Summa ${currency}</th></tr></thead>`

const lineTable = (quote: QuoteView): Html => html`<h2>Vi erbjuder</h2>
<div class="scroll"><table class="lines">${lineHead(quote.currency)}
${quote.sections.map((section) => sectionRows(section, quote.currency))}
<tfoot><tr><td colspan="7">Summa exkl. moms</td><td class="num">${figure(quote.totals.netMinor, quote)}</td></tr></tfoot>
</table></div>${quote.includedNote ? html`<p class="note">${quote.includedNote}</p>` : ""}
`

const sectionRows = (section: SectionView, currency: string): Html => html`<tbody>
<tr class="section-title"><th colspan="8" scope="colgroup">${section.title}</th></tr>
${section.lines.map((line) => lineRow(line, currency, undefined))}<tr class="section-sum"><td colspan="7">Delsumma ${section.title}</td><td class="num">${unbroken(amount(section.netMinor, currency))}</td></tr>
</tbody>
`

const lineRow = (line: LineView, currency: string, note: Html | undefined): Html => {
  const price =
    line.unitPrice === undefined ? html`<span class="lump">fast pris</span>` : unbroken(decimal(line.unitPrice, 2))
  const discount = line.discountPpm ? unbroken(percent(line.discountPpm)) : ""
  return html`<tr><td class="position">${line.position}</td><td class="article">${line.productNumber}</td><td>${line.text}${note}</td><td class="num">${unbroken(decimal(line.quantity))}</td><td class="unit">${unitName(line.unit)}</td><td class="num">${price}</td><td class="num">${discount}</td><td class="num">${unbroken(amount(line.netMinor, currency))}</td></tr>
`
}

const optionTable = (quote: QuoteView): Html | string =>
  quote.options.length === 0
    ? ""
    : html`<h2>Tillval och alternativ</h2>
<div class="scroll"><table class="lines"><caption>Ingår inte i summan. Meddela vid beställning vad ni vill ha med.</caption>${lineHead(quote.currency)}
<tbody>${quote.options.map((option) => lineRow(option, quote.currency, replacement(option)))}</tbody></table></div>
`

const replacement = (option: OptionView): Html | undefined =>
  option.replaces ? html`<span class="replaces">Ersätter position ${option.replaces}</span>` : undefined

const sums = (quote: QuoteView): Html => {
  const { totals } = quote
  const rounding = totals.roundingMinor
    ? html`<tr><td>Öresavrundning</td><td class="num">${figure(totals.roundingMinor, quote)}</td></tr>`
    : ""
  return html`<section class="sums">
<div><h2>Moms</h2><table><thead><tr><th scope="col">Momssats</th><th scope="col" class="num">Underlag</th><th scope="col" class="num">Moms</th></tr></thead>
<tbody>${quote.vat.map((rate) => html`<tr><td>${unbroken(percent(rate.ratePpm))}</td><td class="num">${figure(rate.baseMinor, quote)}</td><td class="num">${figure(rate.vatMinor, quote)}</td></tr>`)}</tbody></table></div>
<div><h2>Summa</h2><table><tbody><tr><td>Netto</td><td class="num">${figure(totals.netMinor, quote)}</td></tr>
<tr><td>Moms</td><td class="num">${figure(totals.vatMinor, quote)}</td></tr>${rounding}
<tr class="payable"><td>Att betala</td><td class="num">${money(totals.payableMinor, quote)}</td></tr></tbody></table></div>
</section>
`
}

const plan = (quote: QuoteView): Html => html`<section><h2>Betalningsplan</h2>
<div class="shares" aria-hidden="true">${quote.plan.map((part) => html`<span style="flex:${part.sharePpm} 1 0">${unbroken(percent(part.sharePpm))}</span>`)}</div>
<div class="scroll"><table><thead><tr><th scope="col">Delbetalning</th><th scope="col" class="num">Andel</th><th scope="col">Faktureras</th><th scope="col" class="num">Netto</th><th scope="col" class="num">Moms</th><th scope="col" class="num">Att betala ${quote.currency}</th></tr></thead>
<tbody>${quote.plan.map(
  (
    part,
  ) => html`<tr><td>${part.label}</td><td class="num">${unbroken(percent(part.sharePpm))}</td><td>${part.due}</td><td class="num">${figure(part.netMinor, quote)}</td><td class="num">${figure(part.vatMinor, quote)}</td><td class="num">${figure(part.payableMinor, quote)}</td></tr>
`,
)}</tbody></table></div></section>
`

const delivery = (quote: QuoteView): Html => {
  const { promise } = quote
  const starts = promise.steps.map((step) => dayNumber(step.from))
  const first = Math.min(...starts)
  const span = Math.max(...promise.steps.map((step) => dayNumber(step.to))) - first + 1
  const share = (days: number): string => `${((days / span) * 100).toFixed(2)}%`
  const steps = promise.steps.map((step) => {
    const from = dayNumber(step.from)
    return html`<li><span>${step.name}</span><span>${periodText(step.from, step.to)}</span><span class="track" aria-hidden="true"><i style="left:${share(from - first)};width:${share(dayNumber(step.to) - from + 1)}"></i></span></li>`
  })
  return html`<section><h2>Leverans</h2><div class="delivery">
<div class="date"><span class="label">Klart och driftsatt</span><b>${longDate(promise.on)}</b>${promise.wantedOn ? html`<small>Önskat datum: ${longDate(promise.wantedOn)}</small>` : ""}</div>
<div><p>${promise.reason}</p><ol class="steps">${steps}</ol></div>
</div></section>
`
}

const terms = (quote: QuoteView): Html => html`<section><h2>Villkor</h2>
<dl class="terms">${quote.terms.map((term) => html`<div><dt>${term.title}</dt><dd>${term.text}</dd></div>`)}</dl></section>
`

const signature = ({
  customer,
  seller,
  number,
  revision,
}: QuoteView): Html => html`<section class="sign" aria-label="Beställning">
<div><p>${customer.name} beställer enligt offert ${number}, revision ${revision}</p><i></i><p class="label">Ort, datum och namnteckning</p></div>
<div><p>${seller.name}</p><i></i><p class="label">${seller.contactName}, ${seller.contactTitle}</p></div>
</section>
`

const imprint = ({ seller }: QuoteView): Html => html`<footer class="imprint">
<div>${seller.name}<br>${seller.addressLines.map((line) => html`${line}<br>`)}</div><div>${seller.phone}<br>${seller.email}<br>${seller.web}</div>
<div>Org.nr ${seller.orgNumber}<br>Momsreg.nr ${seller.vatNumber}</div><div>Godkänd för F-skatt</div>
</footer>
`

const figure = (minor: number, quote: QuoteView): string => unbroken(amount(minor, quote.currency))

const money = (minor: number, quote: QuoteView): string =>
  unbroken(`${amount(minor, quote.currency)} ${quote.currency}`)
