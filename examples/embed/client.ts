/** A client of the product's server: what a browser would ask of it. */

/** Who asks, and in which language. */
export const ada = { "x-user": "ada", "accept-language": "sv" }
/** A company to create. */
export const granen = { number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" }

/** The calls of a client of the server at this address. */
export const clientAt = (url: string) => ({
  post: (body: object, headers: Record<string, string>): Promise<Response> =>
    fetch(`${url}/companies`, { method: "POST", body: JSON.stringify(body), headers }),
  count: async (): Promise<number> => {
    const response = await fetch(`${url}/companies`, { headers: ada })
    return ((await response.json()) as { readonly items: readonly unknown[] }).items.length
  },
  show: async (title: string, response: Response): Promise<void> => {
    const { code, message } = (await response.json()) as { readonly code: string; readonly message: string }
    console.log(`${title}: ${response.status} ${code}: ${message}`)
  },
})
