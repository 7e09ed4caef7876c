type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The properties that have a value. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** What a block says of a credential (as a value or as a file); where it says nothing, what stands in `global`. Both absent: nobody gives it. */
export function inherited<T extends object>(own: T, global: T): Given<T> {
  const mine = given(own);
  return Object.keys(mine).length > 0 ? mine : given(global);
}
