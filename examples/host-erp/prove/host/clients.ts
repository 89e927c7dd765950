/** Clients of the ERP: each sells to one customer after the other, and asks again until it is answered. */

/** What clients have heard. */
export interface Heard {
  /** The numbers of the orders that were answered with success. */
  readonly placed: Set<string>
  /** How often a request had to be asked again. */
  repeats: number
  /** How often a customer was there already when it was asked for again. */
  found: number
}

/** Where the server is now, if it is anywhere. */
export interface Whereabouts {
  readonly url: Promise<string>
}

const MAX_PUMPS = 20

/** A client that goes on until it is stopped. */
export const client = async (name: string, at: Whereabouts, heard: Heard, isOver: () => boolean): Promise<void> => {
  const ask = async (method: string, path: string, body: object): Promise<Response> => {
    for (;;) {
      const url = await at.url
      try {
        const response = await fetch(`${url}${path}`, {
          method,
          headers: { "x-user": "anna" },
          body: JSON.stringify(body),
        })
        return new Response(await response.text(), response)
      } catch {
        // The server has gone before it answered: nobody knows what became of the request.
        heard.repeats += 1
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
  }
  for (let turn = 1; !isOver(); turn++) {
    const customer = `${name}${turn}`
    const registered = await ask("POST", "/customers", { number: customer, name: customer, creditMinor: 100_000_000 })
    const isTaken = registered.status === 409 && ((await registered.json()) as Answer).code === "UNIQUE_TAKEN"
    if (registered.status !== 201 && !isTaken) throw new Error(`no customer: ${await registered.text()}`)
    if (isTaken) heard.found += 1
    // However long the clients go on, no order is beyond its customer's credit.
    const pumps = 1 + (turn % MAX_PUMPS)
    const offered = await ask("POST", "/quotes", { customer, title: `Pumps for ${customer}`, pumps })
    if (offered.status !== 201) throw new Error(`no quote: ${await offered.text()}`)
    const { id: quote } = (await offered.json()) as Answer
    const placed = await ask("PUT", `/orders/${customer}`, { quote, acceptedBy: "Per Lund" })
    if (placed.status !== 200) throw new Error(`no order: ${await placed.text()}`)
    heard.placed.add(customer)
  }
}

interface Answer {
  readonly code?: string
  readonly id?: string
}
