/**
 * Swedish: what is wrong with a value, in Swedish, by the English sentence that says so where it is found. `{}` stands
 * for anything; what stands there is a sentence of its own if it is in the list. A sentence that is missing stays English.
 */
const SENTENCES: Readonly<Record<string, string>> = {
  // Values
  "must be {}": "måste vara {}",
  "is missing": "saknas",
  "is not known here": "är inte känt här",
  "a text": "en text",
  "a text of at most {} characters": "en text på högst {} tecken",
  "a text of at most {} characters, without NUL or lone surrogates":
    "en text på högst {} tecken, utan NUL och ensamma surrogat",
  "a text of 1 to {} characters": "en text på 1 till {} tecken",
  "a number": "ett tal",
  "a finite number": "ett ändligt tal",
  "a whole number": "ett heltal",
  "a whole number from {} to {}": "ett heltal från {} till {}",
  "a whole number from {}": "ett heltal från {}",
  "a whole number to {}": "ett heltal till {}",
  "a whole number within ±(2^53 − 1)": "ett heltal inom ±(2^53 − 1)",
  "a whole number of seconds": "ett helt antal sekunder",
  "a whole number of seconds from {} to {}": "ett helt antal sekunder från {} till {}",
  "a whole number of seconds from {}": "ett helt antal sekunder från {}",
  "a whole number of seconds to {}": "ett helt antal sekunder till {}",
  "a whole number of seconds within ±(2^53 − 1)": "ett helt antal sekunder inom ±(2^53 − 1)",
  "a whole number of minor units": "ett helt antal av valutans minsta enhet",
  "a whole number of parts per million": "ett helt antal miljondelar",
  "a decimal text such as 12.50, with at most 6 places and no exponent":
    "ett decimaltal som text, såsom 12.50, med högst 6 decimaler och utan exponent",
  "a date from 1900 to 2199 such as 2026-03-29": "ett datum från 1900 till 2199, såsom 2026-03-29",
  "an instant such as 2026-03-29T08:00:00.000Z": "en tidpunkt såsom 2026-03-29T08:00:00.000Z",
  "a local time such as 2026-03-29T08:00": "en lokal tid såsom 2026-03-29T08:00",
  "an IANA zone such as Europe/Stockholm": "en IANA-zon såsom Europe/Stockholm",
  "a currency code of ISO 4217": "en valutakod enligt ISO 4217",
  "a currency code of ISO 4217 such as SEK": "en valutakod enligt ISO 4217, såsom SEK",
  "a country code such as SE": "en landskod såsom SE",
  "one of {}": "något av {}",
  "an id": "ett id",
  "an object": "ett objekt",
  "a list": "en lista",
  "true or false": "true eller false",
  "must hold whole numbers (a fraction as text) and texts without NUL":
    "får bara innehålla heltal (bråktal som text) och texter utan NUL",
  "must be plain data, not a {}": "måste vara rena data, inte {}",
  "must be a plain object": "måste vara ett rent objekt",
  "must be a plain list": "måste vara en ren lista",
  "must be a list without names of its own": "måste vara en lista utan egna namn",
  "must be a value, not a getter": "måste vara ett värde, inte en funktion som ger det",
  "must be a value, not a gap or a getter": "måste vara ett värde, inte en lucka eller en funktion",
  "is not a name for a value": "är inget namn för ett värde",
  "must not be nested more than {} deep": "får inte vara nästlat djupare än {}",
  "must not exceed {} characters": "får inte vara längre än {} tecken",
  "must not have more than {} elements": "får inte ha fler än {} element",
  "must not be negative": "får inte vara negativt",
  "must not be blank": "får inte vara tomt",
  "must be above 0": "måste vara större än 0",
  "must be 0 % to 100 %": "måste vara 0 % till 100 %",
  "must be more than 0 % and at most 100 %": "måste vara mer än 0 % och högst 100 %",
  "must be {} of {}: its check digit is wrong": "måste vara {} i {}: kontrollsiffran stämmer inte",
  "must be {} of {}: its form is another": "måste vara {} i {}: formen är en annan",
  "an organisation number": "ett organisationsnummer",
  "a VAT number": "ett momsregistreringsnummer",

  // Lists of parts
  "a place from 1": "en plats från 1",
  "the place in add, from 0": "platsen i add, från 0",
  "must name either id or added": "måste ange antingen id eller added",
  "must be from 1 to {}": "måste vara från 1 till {}",
  "names no part that will be in the list": "anger ingen del som kommer att finnas i listan",
  "{} has no parts called {}": "{} har inga delar som heter {}",

  // Records
  "is in {} but must be in {}, the currency of its record": "är i {} men måste vara i {}, postens valuta",
  "cannot change while amounts depend on it": "kan inte ändras så länge belopp beror på det",
  "must not lead back to the record itself": "får inte leda tillbaka till posten själv",
  "must not be before {}": "får inte vara före {}",
  "must not be before from, nor ten years from today": "får inte vara före from, och inte om tio år",
  "must be after {}": "måste vara efter {}",
  "must fit between from and to": "måste rymmas mellan from och to",
  "must be seven lists of hours in order, such as 08:00 to 12:00":
    "måste vara sju listor med tider i ordning, såsom 08:00 till 12:00",
  "must be a list of names": "måste vara en lista med namn",
  "must be a list of rights such as quotes.accept, quotes.* or *, each with its scope":
    "måste vara en lista med rättigheter såsom quotes.accept, quotes.* eller *, var och en med sin räckvidd",
  "denies {}, which nothing here has": "nekar {}, som inget här har",
  "must name the customer or the segment that it says": "måste ange den kund eller det segment som den säger",
  "a customer's list must name the customer, and no other may":
    "en kunds lista måste ange kunden, och ingen annan får det",

  // Calls
  "must be a text of 1 to 255 characters": "måste vara en text på 1 till 255 tecken",
  "must say in 1 to 500 characters why": "måste säga varför, med 1 till 500 tecken",
  "a reason of 1 to 2000 characters": "ett skäl på 1 till 2000 tecken",
  "the name of who accepted": "namnet på den som accepterade",
  "must be 1 to {} ids": "måste vara 1 till {} id",
  "must be a list of ids": "måste vara en lista med id",
  "must be a list of at most {}": "måste vara en lista på högst {}",
  "must be a list of names of collections": "måste vara en lista med namn på samlingar",
  "is not the name of a collection": "är inte namnet på en samling",
  "must be the name of a field": "måste vara namnet på ett fält",
  "must be columns by their names": "måste vara kolumner efter namn",
  "must be 1 to {} columns": "måste vara 1 till {} kolumner",
  "must be { column, descending? }": "måste vara { column, descending? }",
  "must have a name of 1 to {} characters": "måste ha ett namn på 1 till {} tecken",
  "must be a command's seq": "måste vara ett kommandos seq",
  "must be a batch's id": "måste vara id för ett parti",
  "is still being worked on": "är fortfarande under arbete",
  "is a list, which is patched in one record at a time": "är en lista, som ändras i en post i taget",
  "cannot be compared by {}": "kan inte jämföras med {}",
  "cannot be sorted by: it lies in a plugin's own table":
    "går inte att sortera på: det ligger i en insticksmoduls tabell",

  // Time banks
  "makes these hours worth more than can be exact": "gör timmarna värda mer än som kan anges exakt",

  // Quotes and their planned work
  "must be named where the part is due after a task": "måste anges där delen förfaller efter en uppgift",
  "must not be given for a quote in {}, the firm's own currency":
    "får inte anges för en offert i {}, firmans egen valuta",
  "must be a list of tasks": "måste vara en lista med uppgifter",
  "must be the {} minutes of its people": "måste vara de {} minuterna för dess personer",
  "is planned by lines[{}] already": "planeras redan av lines[{}]",
  "goes round in a circle: {}": "går runt i en cirkel: {}",
  "names {} twice": "anger {} två gånger",
  "a key of 1 to 40 characters": "en nyckel på 1 till 40 tecken",
  "a name of 1 to 150 characters": "ett namn på 1 till 150 tecken",
  "a login": "ett användarnamn",
  "{} has no hour cost on {}": "{} har ingen timkostnad den {}",

  // Files
  "there is no column {}": "det finns ingen kolumn {}",
  "there are {} columns {}": "det finns {} kolumner {}",
  "has {} columns where the heading has {}": "har {} kolumner där rubriken har {}",
  "must name the fields that say which record a row is about": "måste ange fälten som säger vilken post en rad gäller",
  "is no field of {} that a file can give": "är inget fält i {} som en fil kan ge",
  "names {}, which no column gives": "anger {}, som ingen kolumn ger",
  "no file can refer to {}: it has no number": "ingen fil kan hänvisa till {}: den har inget nummer",
  "says otherwise of the same record than line {}: {}": "säger något annat om samma post än rad {}: {}",

  // Custom fields
  "must be 1 to {} different texts of 1 to {} characters": "måste vara 1 till {} olika texter på 1 till {} tecken",
  "must hold 1 to {} texts by language": "måste innehålla 1 till {} texter efter språk",
  "must stand under a language such as sv": "måste stå under ett språk såsom sv",
  "must not be below min": "får inte vara under min",
  "is only for a whole number": "är bara för ett heltal",
}

/**
 * The sentence in Swedish, or as it is.
 *
 * @example inSwedish("must not be before from") // "får inte vara före from"
 */
export const inSwedish = (sentence: string): string => {
  if (sentence.length > MOST_CHARACTERS) return sentence
  const known = SENTENCES[sentence]
  if (known !== undefined) return known
  for (const { pattern, swedish } of patterns()) {
    const [whole, ...parts] = pattern.exec(sentence) ?? []
    if (whole === undefined) continue
    let at = 0
    return swedish.replace(/\{\}/g, () => inSwedish(parts[at++] ?? ""))
  }
  return sentence
}

/** Longer ones hold a caller's text, which is not ours to search. */
const MOST_CHARACTERS = 1000

interface Pattern {
  readonly pattern: RegExp
  readonly swedish: string
}

let made: readonly Pattern[] | null = null

/** The sentences with gaps, those that say most first; made when the first one is asked for. */
const patterns = (): readonly Pattern[] => {
  made ??= Object.entries(SENTENCES)
    .filter(([english]) => english.includes("{}"))
    .sort(([left], [right]) => right.length - left.length)
    .map(([english, swedish]) => ({ pattern: patternOf(english), swedish }))
  return made
}

const patternOf = (english: string): RegExp => new RegExp(`^${english.split("{}").map(escaped).join("(.+?)")}$`, "su")

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
