/**
 * Addresses: which of them may be called. A tenant names an address, the engine calls it from inside the host's
 * network; so it must not lead to the host's own machines, however it is written and whatever its name resolves to.
 */
import { lookup } from "node:dns"
import { BlockList, isIP, type LookupFunction } from "node:net"

/** Which addresses may be called beside public ones over `https`. */
export interface AddressRules {
  /** Also `http`, and addresses inside the host's network: for tests and for hosts that trust their tenants. */
  readonly allowPrivate: boolean
}

const LONGEST_URL = 2_000

/** Why an address cannot be called, as far as its text tells; null if nothing is in the way. */
export const addressIssue = (url: string, { allowPrivate }: AddressRules): string | null => {
  if (url.length > LONGEST_URL || !URL.canParse(url)) return "it is no address"
  const { protocol, username, password, hostname } = new URL(url)
  if (protocol !== "https:" && !(protocol === "http:" && allowPrivate)) return "it does not begin with https"
  if (username !== "" || password !== "") return "it holds a user or a password"
  const literal = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname
  if (isIP(literal) !== 0 && !allowPrivate && isPrivate(literal)) return "it is inside a private network"
  if (hostname === "localhost" && !allowPrivate) return "it is inside a private network"
  return null
}

const NETWORKS_4: readonly (readonly [string, number])[] = [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
  ] as const),
  ...([
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
  ] as const),
  ...([
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4],
  ] as const),
]
/** Everything but the global unicast addresses, and of those the ones that hold an IPv4 address or are documentation. */
const NETWORKS_6: readonly (readonly [string, number])[] = [
  ...([
    ["::", 3],
    ["4000::", 2],
    ["8000::", 1],
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["3fff::", 20],
  ] as const),
]

const blocked = new BlockList()
for (const [network, bits] of NETWORKS_4) blocked.addSubnet(network, bits, "ipv4")
for (const [network, bits] of NETWORKS_6) blocked.addSubnet(network, bits, "ipv6")

/** Whether an IP address is none of the public internet: private, local, reserved, or one in the clothes of another. */
export const isPrivate = (address: string): boolean => {
  const family = isIP(address)
  if (family === 4) return blocked.check(address, "ipv4")
  // An address with a zone is a local one; what is no address at all is not called.
  return family === 0 || address.includes("%") || blocked.check(address, "ipv6")
}

/** Why a name was not resolved. */
export class PrivateAddress extends Error {}

/**
 * Resolves a name for a connection and lets only public addresses through. The connection is made to what was looked
 * at, so that a name cannot be public when it is checked and private when it is called.
 */
export const guardedLookup =
  ({ allowPrivate }: AddressRules): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const found = Array.isArray(addresses) ? addresses : []
      const [first] = found
      if (error || !first) return callback(error ?? new Error("the name is not known"), "", 0)
      if (!allowPrivate && found.some(({ address }) => isPrivate(address)))
        return callback(new PrivateAddress("it is inside a private network"), "", 0)
      if (options.all) return callback(null, found)
      callback(null, first.address, first.family)
    })
  }
