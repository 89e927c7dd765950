/** A client of the product's server: what a browser would ask of it. */

/** Who asks, and in which language. */
export const ada = { "x-user": "ada", "accept-language": "sv" }
/** A company to create. */
export const granen = { number: "K1", name: "Brf Granen", country: "SE", currency: "SEK" }

/** What a browser meets: a company made once however often it is sent with its key, and what is refused in whose words. */
export const tryServer = async ({ post, count, show }: Client): Promise<void> => {
  const first = await post(granen, { ...ada, "idempotency-key": "import/K1" })
  const again = await post(granen, { ...ada, "idempotency-key": "import/K1" })
  console.log("created:", first.status, "· repeated with its key:", again.status, "· in all:", await count())
  await show("taken", await post(granen, ada))
  await show("invalid", await post({ ...granen, currency: "kronor" }, ada))
  await show("unknown user", await post(granen, { "x-user": "eve" }))
}

type Client = ReturnType<typeof clientAt>

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
