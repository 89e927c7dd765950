/**
 * The look of the printed quote: A4, the reader's own system font, one accent colour that survives a grey printer.
 */
export const quoteStyle = `
:root{--ink:#16232b;--soft:#5a6b75;--line:#d9e1e5;--wash:#f3f7f8;--accent:#0e4f5c;--accent-soft:#dcebee;--warm:#b4532a;--warm-soft:#fbeee6}
*{box-sizing:border-box}
html{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0;background:#e6ebee;color:var(--ink);font:400 9.2pt/1.4 Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums}
main{width:210mm;min-height:297mm;margin:8mm auto;padding:15mm 17mm 13mm;background:#fff;box-shadow:0 1mm 6mm rgba(22,35,43,.16)}
h1,h2,h3,p,dl,dd,figure,ol{margin:0;padding:0}
h2{margin:5.4mm 0 1.5mm;font-size:11.5pt;line-height:1.25;font-weight:650;letter-spacing:-.005em;color:var(--accent);break-after:avoid}
.masthead{display:flex;justify-content:space-between;align-items:flex-start;gap:10mm;padding-bottom:4.6mm;border-bottom:.6mm solid var(--accent)}
.brand{display:flex;align-items:center;gap:3.4mm}
.brand svg{width:12mm;height:12mm;flex:none}
.brand strong{display:block;font-size:14pt;line-height:1.15;letter-spacing:-.012em}
.brand span{color:var(--soft);font-size:8.4pt}
.document{text-align:right}
.document h1{font-size:21pt;line-height:1;font-weight:300;letter-spacing:-.02em;color:var(--accent)}
.document p{margin-top:1.6mm;color:var(--soft)}
.document b{color:var(--ink);font-weight:600}
.parties{display:grid;grid-template-columns:1fr 104mm;gap:8mm;margin-top:5.6mm}
.label{font-size:7.4pt;letter-spacing:.07em;text-transform:uppercase;color:var(--soft)}
.address{margin-top:1mm;font-style:normal;line-height:1.5}
.address b{font-size:11pt;font-weight:600}
.facts{display:grid;grid-template-columns:max-content 1fr;column-gap:6mm;row-gap:.75mm;align-content:start}
.facts dt{color:var(--soft)}
.subject{margin-top:5.6mm}
.subject h2{margin:0;font-size:15pt;line-height:1.2;letter-spacing:-.015em;color:var(--ink)}
.subject p{margin-top:1.6mm;max-width:150mm;white-space:pre-line}
.summary{display:grid;grid-template-columns:repeat(3,1fr);margin-top:4.6mm;border-radius:2mm;background:var(--accent-soft);overflow:hidden}
.summary div{padding:2.8mm 4.2mm}
.summary div+div{border-left:.3mm solid #fff}
.summary b{display:block;margin-top:.6mm;font-size:12.2pt;line-height:1.2;font-weight:650;letter-spacing:-.015em}
.summary small{color:var(--soft);font-size:8pt}
table{width:100%;border-collapse:collapse;font-size:8.6pt;line-height:1.34}
caption{text-align:left;padding-bottom:1.2mm;color:var(--soft)}
th,td{padding:.8mm 0 .8mm 2.6mm;vertical-align:top;text-align:left}
th:first-child,td:first-child{padding-left:0}
thead th{font-size:7.4pt;font-weight:600;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);border-bottom:.35mm solid var(--accent);padding-bottom:1.1mm;white-space:nowrap}
tbody tr+tr td{border-top:.2mm solid var(--line)}
tr{break-inside:avoid}
.num{text-align:right;white-space:nowrap}
.unit{white-space:nowrap;color:var(--soft);padding-left:1.4mm}
tfoot{display:table-row-group;break-before:avoid}
.section-sum,.section-title{break-before:avoid;break-after:avoid}
.section-title{break-before:auto}
.position{width:9mm;color:var(--soft);white-space:nowrap}
.lines{table-layout:fixed}
.lines .c1{width:7mm}.lines .c2{width:12.5mm}.lines .c4{width:13mm}.lines .c5{width:8.5mm}.lines .c6{width:19mm}.lines .c7{width:14mm}.lines .c8{width:25mm}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.article{color:var(--soft);white-space:nowrap}
.replaces{display:block;color:var(--soft);font-size:8pt}
.lump{color:var(--soft)}
tfoot td,tfoot th{border-top:.35mm solid var(--ink);font-weight:650;color:var(--ink);font-size:8.6pt;letter-spacing:0;text-transform:none}
.section-title th{padding-top:2.8mm;padding-bottom:.8mm;font-size:9.6pt;font-weight:650;color:var(--accent)}
.section-sum td{border-top:.2mm solid var(--line);font-weight:600}
.section-sum td:first-child{color:var(--soft);font-weight:400}
.note{margin-top:1.8mm;color:var(--soft);font-size:8.4pt}
.sums{display:grid;grid-template-columns:1fr 78mm;gap:12mm;align-items:start;margin-top:5mm;break-inside:avoid}
.sums h2{margin-top:0}
.payable{border-top:.6mm solid var(--accent)}
.payable td{padding-top:1.8mm!important;font-size:12pt;font-weight:700;letter-spacing:-.01em;color:var(--accent)}
.shares{display:flex;gap:.6mm;margin:1mm 0 2.6mm;height:6.4mm;font-size:8pt;font-weight:600;line-height:6.4mm;text-align:center}
.shares span{background:var(--accent);color:#fff;overflow:hidden}
.shares span:first-child{border-radius:1.2mm 0 0 1.2mm}.shares span:last-child{border-radius:0 1.2mm 1.2mm 0}
.shares span:nth-child(3n+2){background:#3b7f8c}.shares span:nth-child(3n){background:#7fb0b9;color:var(--ink)}
.delivery{display:grid;grid-template-columns:66mm 1fr;gap:8mm;align-items:start;break-inside:avoid}
.date{padding:3.4mm 4.2mm;border-radius:2mm;background:var(--accent);color:#fff}
.date .label{color:#c6dfe4}
.date b{display:block;margin-top:.6mm;font-size:13pt;line-height:1.25;font-weight:650;letter-spacing:-.012em}
.date small{display:block;margin-top:1.4mm;color:#dcebee;font-size:8pt}
.steps{list-style:none;margin-top:2.4mm}
.steps li{display:grid;grid-template-columns:31mm 25mm 1fr;gap:2mm;align-items:center;font-size:8.5pt;line-height:1.62}
.steps span:nth-child(2){color:var(--soft);white-space:nowrap}
.track{position:relative;height:2.6mm;border-radius:1.3mm;background:var(--wash)}
.track i{position:absolute;top:0;bottom:0;border-radius:1.3mm;background:var(--accent);min-width:1.6mm}
.terms{columns:2;column-gap:9mm;font-size:8.2pt;line-height:1.38}
.terms div{break-inside:avoid;margin-bottom:2.2mm}
.terms dt{font-weight:600}
.terms dd{color:#33444d;white-space:pre-line}
.sign{display:grid;grid-template-columns:1fr 1fr;gap:12mm;align-items:end;margin-top:5mm;break-inside:avoid}
.sign p{color:var(--soft);font-size:8.4pt}
.sign i{display:block;height:10mm;border-bottom:.3mm solid var(--ink)}
.sign .label{margin-top:1mm}
.imprint{display:grid;grid-template-columns:repeat(4,auto);justify-content:space-between;gap:6mm;margin-top:4.4mm;padding-top:2mm;border-top:.3mm solid var(--line);color:var(--soft);font-size:7.8pt;line-height:1.5;break-inside:avoid}
.internal{break-before:page;margin-top:14mm;padding-top:6mm;border-top:1mm solid var(--warm)}
.banner{padding:2.2mm 4mm;border-radius:1.4mm;background:var(--warm-soft);color:var(--warm);font-weight:600}
.internal h2{color:var(--warm)}
.below td{background:var(--warm-soft)}
.below td:first-child{box-shadow:-2mm 0 0 var(--warm-soft)}
.flag{color:var(--warm);font-weight:600;white-space:nowrap}
.reasons{padding-left:5mm}
figure{break-inside:avoid;margin-top:3mm}
figure img{display:block;width:100%;height:auto;border:.3mm solid var(--line);border-radius:2mm}
@media screen and (max-width:820px){main{width:auto;min-height:0;margin:0;padding:18px;box-shadow:none}.parties,.sums,.delivery,.summary,.sign{grid-template-columns:1fr;gap:14px}.summary{gap:0}.summary div+div{border-left:0;border-top:1px solid #fff}.scroll{overflow-x:auto}.lines{min-width:640px}.terms{columns:1}.imprint{grid-template-columns:1fr 1fr}}
@page{size:A4;margin:12mm 15mm 14mm;@bottom-right{content:"Sida " counter(page) " av " counter(pages);font:7.6pt system-ui,sans-serif;color:#5a6b75}}
@media print{body{background:#fff}main{width:auto;min-height:0;margin:0;padding:0;box-shadow:none}.internal{margin-top:0}}
`
