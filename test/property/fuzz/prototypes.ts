/** What hangs on the prototypes that a key such as `__proto__` could reach: equal before and after, or one is polluted. */
export function prototypes(): unknown[] {
  return [Object, Array, Function, String, Number, Buffer, Map, Error].map(({ prototype }) =>
    Reflect.ownKeys(prototype).map(key => [key, Reflect.getOwnPropertyDescriptor(prototype, key)]),
  );
}
