/** The tenants that a command is about. */
import type { Store } from "@anbud/core"

/** Those that are named, or else all of the store. */
export const tenantsOf = async (store: Store, named: readonly string[]): Promise<readonly string[]> =>
  named.length > 0 ? named : store.read((reader) => reader.tenants({ table: "tenant" }))
