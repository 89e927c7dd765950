/** Webhooks against a real server: what is told, in which order, how it is signed, tried again, parked and told again. */
import { randomBytes } from "node:crypto"
import { sqlite } from "@anbud/adapter-sqlite"
import { createEngine, fixedClock, type Instant, masterKey, type Store, standard, systemClock } from "@anbud/core"
import { webhooks } from "@anbud/plugin-webhooks"
import { describe, expect, onTestFinished, test } from "vitest"
import { openReceiver } from "./receiver.ts"

const keys = masterKey(randomBytes(32))
const TENANT = { id: "fjall", name: "Fjäll", currency: "SEK", zone: "Europe/Stockholm", admin: "anna" }
const { organisation, parties } = standard

/** The tag of the refusal that a call ends with, or `done`. */
const tagOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "done",
    (error: { _tag?: string }) => error._tag ?? String(error),
  )

const openFirm = async (options: object = {}, store: Store = sqlite({ file: ":memory:" })) => {
  const lines: string[] = []
  let idleRounds = 0
  let stop = new AbortController()
  // Receivers refuse a signature whose second is long past: the clock stands still, but now.
  const clock = fixedClock(systemClock.now())
  const engine = await createEngine({
    store,
    clock,
    keys,
    plugins: { organisation, parties, webhooks: webhooks({ keys, allowPrivate: true, ...options }) },
    log: (_, event, fields) => {
      lines.push(JSON.stringify([event, fields]))
      idleRounds = event === "worker.idle" ? idleRounds + 1 : event === "job.ended" ? 0 : idleRounds
      if (idleRounds > 3) stop.abort()
    },
  })
  onTestFinished(() => engine.close())
  await engine.tenants.create(TENANT)
  const anna = engine.as({ tenant: TENANT.id, user: "anna" })
  const company = (number: string) =>
    anna.parties.companies.create({ number, name: `Firm ${number}`, country: "SE", currency: "SEK" })
  const later = (hours: number): void =>
    clock.set(new Date(Date.parse(clock.now()) + hours * 3_600_000).toISOString() as Instant)
  /** Works until the worker has looked some times and found nothing. */
  const work = (): Promise<void> => {
    idleRounds = 0
    stop = new AbortController()
    return engine.work({ concurrency: 1, pollMilliseconds: 10, signal: stop.signal })
  }
  const subscribed = async (
    receiver: { url: string; secrets: readonly string[] },
    events: readonly string[] = ["*"],
  ) => {
    const endpoint = await anna.webhooks.subscribe({ url: receiver.url, events })
    receiver.secrets = (await anna.webhooks.secrets({ endpoint: endpoint.id })).map(({ secret }) => secret)
    return endpoint.id
  }
  return { engine, anna, clock, company, later, work, subscribed, lines }
}

describe("an endpoint", () => {
  test("is told of what it asked for, signed as Standard Webhooks says, with ids and no values", async () => {
    const { anna, company, work, subscribed, lines } = await openFirm()
    const receiver = await openReceiver()
    await subscribed(receiver, ["company.*"])
    const one = await company("K1")
    await anna.parties.companies.patch({ id: one.id, set: { name: "Secret Name" } })
    await anna.organisation.units.create({ code: "N", name: "North" })
    await work()
    expect(receiver.refused).toEqual([])
    expect(receiver.taken.map(({ type, data: { id, version } }) => [type, id, version])).toEqual([
      ["company.created", one.id, 1],
      ["company.updated", one.id, 2],
    ])
    expect(JSON.stringify(receiver.taken)).not.toContain("Secret Name")
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(2)
    const secret = String(receiver.secrets[0]).slice("whsec_".length)
    expect(lines.join()).not.toContain(secret)
    expect(lines.join()).not.toContain("Secret Name")
  })

  test("keeps its secret sealed: neither its table, the journal nor an export can sign with it", async () => {
    const { engine, anna, subscribed } = await openFirm()
    const receiver = await openReceiver()
    const endpoint = await subscribed(receiver)
    const texts: string[] = []
    await engine.export({ tenant: TENANT.id, format: "jsonl" }, ({ text }) => void texts.push(text))
    expect(texts.join()).not.toContain(String(receiver.secrets[0]).slice("whsec_".length))
    expect(JSON.stringify(await anna.webhooks.endpoints.get(endpoint))).not.toContain("whsec")
    const role = await anna.organisation.roles.create({
      name: "r",
      grants: ["webhooks.endpoints.read", "webhooks.subscribe"],
    })
    await anna.organisation.users.create({ login: "eva", name: "Eva", roles: [{ role: role.id }] })
    const eva = engine.as({ tenant: TENANT.id, user: "eva" })
    expect(await tagOf(eva.webhooks.secrets({ endpoint }))).toBe("Forbidden")
  })

  test("has two signatures while its secrets overlap, and one before and after", async () => {
    const { anna, company, later, work, subscribed } = await openFirm()
    const receiver = await openReceiver()
    const endpoint = await subscribed(receiver, ["company.*"])
    const old = receiver.secrets
    await anna.webhooks.rotate({ endpoint, overlapHours: 1 })
    await company("K1")
    await work()
    // The receiver still verifies with the old secret.
    expect(receiver.taken.map(({ signatures }) => signatures)).toEqual([2])
    receiver.secrets = (await anna.webhooks.secrets({ endpoint })).map(({ secret }) => secret)
    expect(receiver.secrets).toHaveLength(2)
    expect(receiver.secrets[1]).toBe(old[0])
    await company("K2")
    await work()
    expect(receiver.taken.map(({ signatures }) => signatures)).toEqual([2, 2])
    later(1)
    expect(await anna.webhooks.secrets({ endpoint })).toHaveLength(1)
  })

  test("that is gone (410) or was switched off is told no more", async () => {
    const { anna, company, work, subscribed } = await openFirm()
    const receiver = await openReceiver(() => 410)
    const endpoint = await subscribed(receiver, ["company.*"])
    await company("K1")
    await company("K2")
    await work()
    expect(receiver.attempts).toBe(1)
    expect((await anna.webhooks.endpoints.get(endpoint)).isActive).toBe(false)
  })
})

describe("delivery", () => {
  test("of one record goes in order and waits for what failed; that of another does not wait", async () => {
    const { anna, company, later, work, subscribed } = await openFirm()
    let [failing, fails] = ["", 2]
    const receiver = await openReceiver(({ data: { id, version } }) => {
      if (id !== failing || version !== 1 || fails === 0) return 204
      fails -= 1
      return 503
    })
    await subscribed(receiver, ["company.*"])
    const one = await company("K1")
    failing = one.id
    await anna.parties.companies.patch({ id: one.id, set: { name: "Second" } })
    const other = await company("K2")
    const seen = () => receiver.taken.map(({ data: { id, version } }) => [id === other.id ? "other" : "one", version])
    for (const taken of [
      [["other", 1]],
      [["other", 1]],
      [
        ["other", 1],
        ["one", 1],
        ["one", 2],
      ],
    ]) {
      await work()
      expect(seen()).toEqual(taken)
      later(0.005)
    }
  })

  test("that never succeeds is parked after its tries, shown with its failure, and sent when somebody retries it", async () => {
    const { engine, company, later, work, subscribed } = await openFirm()
    const receiver = await openReceiver()
    receiver.always = 302
    await subscribed(receiver, ["company.*"])
    await company("K1")
    for (let tries = 0; tries < 13; tries += 1) {
      await work()
      later(7)
    }
    // Nothing is followed elsewhere.
    expect(receiver.attempts).toBe(12)
    const [parked] = await engine.jobs.list({ tenant: TENANT.id })
    expect(parked).toMatchObject({
      kind: "webhooks.deliver",
      attempts: 12,
      failure: { tag: "DeliveryFailed", params: { status: 302 } },
    })
    receiver.always = 200
    await engine.jobs.retry({ tenant: TENANT.id, id: String(parked?.id) })
    await work()
    expect(receiver.attempts).toBe(13)
  })

  test("ends when the receiver takes too long, and is tried again", async () => {
    const { engine, company, work, subscribed } = await openFirm({ timeoutMilliseconds: 100 })
    const receiver = await openReceiver(() => "never")
    await subscribed(receiver, ["company.*"])
    await company("K1")
    await work()
    const [waiting] = await engine.jobs.list({ tenant: TENANT.id, state: "waiting" })
    expect(waiting?.failure).toMatchObject({ params: { status: 0, reason: "it took too long" } })
  })

  test("is replayed from a place in the journal, under other ids, as often as somebody asks", async () => {
    const { anna, company, work, subscribed } = await openFirm()
    const receiver = await openReceiver()
    const endpoint = await subscribed(receiver, ["company.*"])
    for (const number of ["K1", "K2", "K3"]) await company(number)
    await work()
    const [first, , last] = receiver.taken
    await anna.webhooks.replay({ endpoint, after: first?.data.seq ?? 0, until: last?.data.seq ?? 0 })
    await work()
    expect(receiver.taken.slice(3).map(({ data }) => data.seq)).toEqual(
      [last, last].map((_, at) => (first?.data.seq ?? 0) + 1 + at),
    )
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(5)
  })
})

test("SSRF: what is inside the host's network is refused when it is named, and when its name leads there", async () => {
  const { anna, engine, company, work } = await openFirm({ allowPrivate: false })
  const subscribe = (url: string) => tagOf(anna.webhooks.subscribe({ url, events: ["*"] }))
  for (const url of [
    ...["http://example.com/", "ftp://example.com/", "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/"],
    ...["https://10.0.0.7/", "https://169.254.169.254/latest", "https://[::1]/", "https://[::ffff:127.0.0.1]/"],
    ...["https://[fd00::1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://100.64.0.1/"],
    ...[
      "https://user:secret@example.com/",
      "https://localhost/",
      "no address",
      `https://example.com/${"x".repeat(3000)}`,
    ],
  ])
    expect([url.slice(0, 60), await subscribe(url)]).toEqual([
      url.slice(0, 60),
      url.length > 2000 ? "InvalidInput" : "AddressRefused",
    ])
  expect(await tagOf(anna.webhooks.subscribe({ url: "https://example.com/", events: ["x y"] }))).toBe("InvalidInput")
  // A name that is looked up only when it is called.
  await anna.webhooks.subscribe({ url: "https://ip6-localhost/", events: ["*"] })
  await company("K1")
  await work()
  const waiting = await engine.jobs.list({ tenant: TENANT.id, state: "waiting" })
  expect(waiting.length).toBeGreaterThan(0)
  for (const { failure } of waiting) expect(failure).toMatchObject({ tag: "DeliveryFailed", params: { status: 0 } })
})
