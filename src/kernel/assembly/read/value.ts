/** The tags of an AnyValue's fields: which kind of value it holds. */
export enum Value {
  String = 0x0a,
  Bool = 0x10,
  Int = 0x18,
  Double = 0x21,
  Array = 0x2a,
  Kvlist = 0x32,
  Bytes = 0x3a,
}

/** The tag of each element of an ArrayValue and of each member of a KeyValueList. */
export const ELEMENT_TAG: u8 = 0x0a;
