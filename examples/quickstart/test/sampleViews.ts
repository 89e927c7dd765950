/**
 * View models as the story fills them, with the figures of the real request, for the tests of the presentation.
 */
import type { CapacityView } from "../present/capacity.ts"
import type { InternalView, MarginLineView, QuoteView } from "../present/quoteView.ts"
import type { WaterfallView } from "../present/waterfall.ts"

export const sampleQuote: QuoteView = {
  number: "Q-2025-0001",
  revision: 1,
  currency: "SEK",
  issuedOn: "2025-03-14",
  validUntil: "2025-04-13",
  title: "Ny värmecentral med två bergvärmepumpar",
  intro:
    "Tack för förfrågan. Vi erbjuder oss att ersätta oljepannan i hus A–C med två kaskadkopplade bergvärmepumpar, med styrning, driftsättning och protokoll.",
  seller: {
    name: "Fjällservice AB",
    orgNumber: "559999-0016",
    vatNumber: "SE559999001601",
    addressLines: ["Industrigatan 9", "831 52 Östersund"],
    phone: "063-465 00 00",
    email: "offert@fjallservice.example",
    web: "fjallservice.example",
    contactName: "Anna Norén",
    contactTitle: "säljare",
  },
  customer: {
    number: "K1",
    name: "Brf Granen",
    addressLines: ["Tallbacksvägen 14", "831 45 Östersund"],
    orgNumber: "769999-0011",
    contactName: "Per Lund",
    email: "per.lund@brfgranen.example",
  },
  reference: "Tallbacken hus A–C, styrelsebeslut § 7",
  paymentTermDays: 30,
  sections: [
    {
      title: "Värmecentral",
      netMinor: 29_199_815,
      lines: [
        {
          position: "1",
          productNumber: "P32",
          text: "Bergvärmepump 24 kW, kaskadkopplade; ersätter oljepanna",
          quantity: "2",
          unit: "C62",
          netMinor: 24_553_197,
        },
        {
          position: "2",
          productNumber: "P37",
          text: "Ackumulatortank 500 l, isolerad på plats",
          quantity: "1",
          unit: "C62",
          netMinor: 1_965_026,
        },
        {
          position: "3",
          productNumber: "P41",
          text: "Injusteringsventil DN32, stammar hus A–C",
          quantity: "14",
          unit: "H87",
          netMinor: 1_652_620,
        },
        {
          position: "4",
          productNumber: "P45",
          text: "Kopparrör 28 mm, synligt förlagt i pannrum",
          quantity: "86.5",
          unit: "MTR",
          netMinor: 1_023_940,
        },
        {
          position: "5",
          productNumber: "P64",
          text: "Borrskruv 4,2×13 för upphängning",
          quantity: "1250",
          unit: "H87",
          unitPrice: "0.0415",
          discountPpm: 30_000,
          netMinor: 5_032,
        },
      ],
    },
    {
      title: "Styr och övervakning",
      netMinor: 3_149_778,
      lines: [
        {
          position: "6",
          productNumber: "P60",
          text: "Styrenhet (DUC) med program för kaskad och varmvatten",
          quantity: "1",
          unit: "C62",
          netMinor: 2_083_532,
        },
        {
          position: "7",
          productNumber: "P54",
          text: "Temperaturgivare PT1000 i dykrör",
          quantity: "18",
          unit: "H87",
          netMinor: 755_816,
        },
        {
          position: "8",
          productNumber: "P51",
          text: "Signalkabel, skärmad",
          quantity: "237.5",
          unit: "MTR",
          unitPrice: "13.475",
          discountPpm: 30_000,
          netMinor: 310_430,
        },
      ],
    },
    {
      title: "Arbete",
      netMinor: 13_846_600,
      lines: [
        {
          position: "9",
          productNumber: "P11",
          text: "Projektering av rör, kyla och el",
          quantity: "24",
          unit: "HUR",
          unitPrice: "1180",
          discountPpm: 30_000,
          netMinor: 2_747_040,
        },
        {
          position: "10",
          productNumber: "P12",
          text: "Demontering av panna, montage och rördragning",
          quantity: "56",
          unit: "HUR",
          unitPrice: "845",
          netMinor: 4_732_000,
        },
        {
          position: "11",
          productNumber: "P13",
          text: "Programmering av styrning, larm och fjärråtkomst",
          quantity: "24",
          unit: "HUR",
          unitPrice: "1290",
          discountPpm: 30_000,
          netMinor: 3_003_120,
        },
        {
          position: "12",
          productNumber: "P14",
          text: "Driftsättning, injustering och protokoll",
          quantity: "8",
          unit: "HUR",
          unitPrice: "1090",
          discountPpm: 30_000,
          netMinor: 845_840,
        },
        {
          position: "13",
          productNumber: "P15",
          text: "Projektledning och samordning med föreningen",
          quantity: "12",
          unit: "HUR",
          unitPrice: "1150",
          discountPpm: 30_000,
          netMinor: 1_338_600,
        },
        {
          position: "14",
          productNumber: "P70",
          text: "Kranbil med förare, inlyft genom källarschakt",
          quantity: "1",
          unit: "DAY",
          unitPrice: "11800",
          netMinor: 1_180_000,
        },
      ],
    },
  ],
  options: [
    {
      position: "15",
      productNumber: "P63",
      text: "Pekskärm 10 tum vid undercentralen",
      quantity: "1",
      unit: "C62",
      unitPrice: "13900",
      discountPpm: 75_000,
      netMinor: 1_285_750,
    },
    {
      position: "16",
      productNumber: "P21",
      text: "Årlig tillsyn år 1, inkl. läckagekontroll",
      quantity: "1",
      unit: "C62",
      unitPrice: "4900",
      discountPpm: 30_000,
      netMinor: 475_300,
    },
    {
      position: "17",
      productNumber: "P35",
      text: "En bergvärmepump 45 kW med två kompressorer",
      quantity: "1",
      unit: "C62",
      unitPrice: "179500",
      discountPpm: 100_000,
      netMinor: 16_155_000,
      replaces: "1",
    },
  ],
  includedNote: "Frakt till byggplats, resor och etablering ingår i radernas summor.",
  totals: { netMinor: 46_196_193, vatMinor: 11_549_048, payableMinor: 57_745_241 },
  vat: [{ ratePpm: 250_000, baseMinor: 46_196_193, vatMinor: 11_549_048 }],
  plan: [
    {
      label: "Del 1 av 3",
      sharePpm: 500_000,
      due: "Vid beställning",
      netMinor: 23_098_097,
      vatMinor: 5_774_524,
      payableMinor: 28_872_621,
    },
    {
      label: "Del 2 av 3",
      sharePpm: 300_000,
      due: "När installationen är klar",
      netMinor: 13_858_858,
      vatMinor: 3_464_714,
      payableMinor: 17_323_572,
    },
    {
      label: "Del 3 av 3",
      sharePpm: 200_000,
      due: "Efter godkänd driftsättning",
      netMinor: 9_239_238,
      vatMinor: 2_309_810,
      payableMinor: 11_549_048,
    },
  ],
  promise: {
    on: "2025-04-11",
    wantedOn: "2025-04-04",
    reason:
      "Datumet gäller om beställningen kommer senast den 14 mars. Styrprogrammeringen kan börja den 7 april och avgör när anläggningen är klar.",
    steps: [
      { name: "Projektering", from: "2025-03-17", to: "2025-03-19" },
      { name: "Installation", from: "2025-03-20", to: "2025-03-25" },
      { name: "Styrprogrammering", from: "2025-04-07", to: "2025-04-10" },
      { name: "Driftsättning", from: "2025-04-11", to: "2025-04-11" },
    ],
  },
  terms: [
    {
      title: "Priser",
      text: "Alla priser är i svenska kronor exklusive moms om inget annat anges, och gäller till offertens sista giltighetsdag.",
    },
    {
      title: "Betalning",
      text: "30 dagar netto från fakturadatum enligt betalningsplanen. Dröjsmålsränta enligt räntelagen.",
    },
    {
      title: "Leverans",
      text: "Det utlovade datumet förutsätter fritt tillträde till pannrummet vardagar 07–17 och att el är framdragen.",
    },
    { title: "Garanti", text: "Fem år på värmepumpar och två år på utfört arbete, räknat från godkänd driftsättning." },
  ],
}

const margin = (position: string, text: string, netMinor: number, costMinor: number): MarginLineView => {
  const marginMinor = netMinor - costMinor
  return {
    position,
    text,
    netMinor,
    costMinor,
    marginMinor,
    marginPpm: Math.round((marginMinor * 1_000_000) / netMinor),
    isBelowFloor: marginMinor * 4 < netMinor,
  }
}

export const sampleWaterfall: WaterfallView = {
  title: "Från listpris till marginal",
  subtitle: "Offert Q-2025-0001, revision 1, SEK exklusive moms",
  currency: "SEK",
  steps: [
    { label: "Listpris", kind: "total", value: 49_910_506 },
    { label: "Staffel och kundpris", kind: "down", value: 480_000 },
    { label: "Rabatter", kind: "down", value: 4_949_313, note: "9,9 %" },
    { label: "Frakt och resor", kind: "up", value: 1_715_000 },
    { label: "Netto", kind: "total", value: 46_196_193 },
    { label: "Material", kind: "down", value: 23_471_491 },
    { label: "Arbete", kind: "down", value: 5_932_000 },
    { label: "Inköpta tjänster", kind: "down", value: 840_000 },
    { label: "Frakt och resor, kostnad", kind: "down", value: 1_324_000 },
    { label: "Marginal", kind: "total", value: 14_628_702, note: "31,7 %" },
  ],
}

export const sampleCapacity: CapacityView = {
  title: "Beläggning per vecka",
  subtitle: "Timmar, måndag 17 mars till söndag 4 maj 2025",
  promisedWeek: "2025-W15",
  promisedLabel: "Lovat fre 11 april",
  panels: [
    {
      title: "Alla i planen (Björn, Dag, Lena, Nils, Sara)",
      weeks: [
        { week: "2025-W12", contractMinutes: 11_520, absenceMinutes: 0, firmMinutes: 5_655, reservedMinutes: 3_120 },
        {
          week: "2025-W13",
          contractMinutes: 11_520,
          absenceMinutes: 3_360,
          firmMinutes: 3_165,
          reservedMinutes: 1_920,
        },
        { week: "2025-W14", contractMinutes: 11_520, absenceMinutes: 2_880, firmMinutes: 4_875, reservedMinutes: 0 },
        { week: "2025-W15", contractMinutes: 11_520, absenceMinutes: 1_440, firmMinutes: 975, reservedMinutes: 1_920 },
        { week: "2025-W16", contractMinutes: 9_600, absenceMinutes: 0, firmMinutes: 2_700, reservedMinutes: 0 },
        { week: "2025-W17", contractMinutes: 9_120, absenceMinutes: 480, firmMinutes: 0, reservedMinutes: 0 },
        { week: "2025-W18", contractMinutes: 9_120, absenceMinutes: 0, firmMinutes: 0, reservedMinutes: 0 },
      ],
    },
    {
      title: "Styr och regler (Sara Fjellner)",
      weeks: [
        { week: "2025-W12", contractMinutes: 2_400, absenceMinutes: 0, firmMinutes: 1_800, reservedMinutes: 0 },
        { week: "2025-W13", contractMinutes: 2_400, absenceMinutes: 2_400, firmMinutes: 0, reservedMinutes: 0 },
        { week: "2025-W14", contractMinutes: 2_400, absenceMinutes: 2_400, firmMinutes: 0, reservedMinutes: 0 },
        { week: "2025-W15", contractMinutes: 2_400, absenceMinutes: 480, firmMinutes: 0, reservedMinutes: 1_440 },
        { week: "2025-W16", contractMinutes: 1_920, absenceMinutes: 0, firmMinutes: 0, reservedMinutes: 0 },
        { week: "2025-W17", contractMinutes: 1_920, absenceMinutes: 0, firmMinutes: 0, reservedMinutes: 0 },
        { week: "2025-W18", contractMinutes: 1_920, absenceMinutes: 0, firmMinutes: 0, reservedMinutes: 0 },
      ],
    },
  ],
}

export const sampleInternal = (waterfall: string, capacity: string): InternalView => ({
  promiseReasons: [
    "Sara Fjellner är den enda med kompetensen styr och regler.",
    "Hon är ledig 24 mars–4 april och på utbildning 8 april: arbetet kan börja måndag 7 april.",
    "Utan ledigheten hade datumet blivit torsdag 3 april, före önskat datum 4 april.",
  ],
  marginFloorPpm: 250_000,
  lines: [
    margin("1", "Bergvärmepump 24 kW", 24_553_197, 19_679_000),
    margin("2", "Ackumulatortank 500 l", 1_965_026, 1_330_000),
    margin("9", "Projektering", 2_747_040, 1_344_000),
    margin("10", "Montage", 4_732_000, 2_228_000),
  ],
  total: { netMinor: 46_196_193, costMinor: 31_567_491, marginMinor: 14_628_702, marginPpm: 316_664 },
  pictures: [
    { title: "Från listpris till marginal", description: "Stapeldiagram från listpris till marginal", svg: waterfall },
    { title: "Beläggning per vecka", description: "Stapeldiagram över bokad, reserverad och ledig tid", svg: capacity },
  ],
})
