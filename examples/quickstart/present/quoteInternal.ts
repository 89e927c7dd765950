/**
 * What the firm's own copy of a quote adds: cost and margin of each line, the full reasons for the date, the pictures.
 */
import { amount, percent } from "./amount.ts"
import { type Html, html, unbroken } from "./html.ts"
import type { InternalView, MarginLineView, MarginView, PictureView, QuoteView } from "./quoteView.ts"

/** The pages that follow the customer's copy; they start on a new sheet under a banner that says they stay in the house. */
export const internalPart = (quote: QuoteView, internal: InternalView): Html => html`<section class="internal">
<p class="banner" role="note">Intern kopia – lämnas inte till kund</p>
<h2>Förkalkyl ${quote.number}, revision ${quote.revision}</h2>
${preCalculation(quote.currency, internal)}
<h2>Varför just det datumet</h2>
<ol class="reasons">${internal.promiseReasons.map((reason) => html`<li>${reason}</li>`)}</ol>
${internal.pictures.map(picture)}
</section>
`

const preCalculation = (currency: string, internal: InternalView): Html => html`<div class="scroll"><table>
<caption>Lägsta marginal ${percent(internal.marginFloorPpm)}. Rader under den är markerade.</caption>
<thead><tr><th scope="col" class="position">Pos</th><th scope="col">Benämning</th><th scope="col" class="num">Intäkt</th><th scope="col" class="num">Kostnad</th><th scope="col" class="num">Täckning</th><th scope="col" class="num">Marginal</th></tr></thead>
<tbody>${internal.lines.map((line) => marginRow(line, currency))}</tbody>
<tfoot><tr><td></td><td>Summa ${currency}</td>${figures(internal.total, currency)}</tr></tfoot>
</table></div>
`

const marginRow = (line: MarginLineView, currency: string): Html => {
  const flag = line.isBelowFloor ? html` <span class="flag">▲ under golvet</span>` : ""
  return html`<tr${line.isBelowFloor ? html` class="below"` : ""}><td class="position">${line.position}</td><td>${line.text}${flag}</td>${figures(line, currency)}</tr>
`
}

const figures = (row: MarginView, currency: string): Html => {
  const margin = row.marginPpm === undefined ? "–" : percent(row.marginPpm, 1)
  const cells = [
    amount(row.netMinor, currency),
    amount(row.costMinor, currency),
    amount(row.marginMinor, currency),
    margin,
  ]
  return html`${cells.map((text) => html`<td class="num">${unbroken(text)}</td>`)}`
}

// As an image and not inline: an SVG inside <img> can run nothing and load nothing, and its ids meet no others.
const picture = ({ title, description, svg }: PictureView): Html => html`<figure>
<img alt="${title}: ${description}" src="data:image/svg+xml;base64,${Buffer.from(svg, "utf8").toString("base64")}"></figure>
`
