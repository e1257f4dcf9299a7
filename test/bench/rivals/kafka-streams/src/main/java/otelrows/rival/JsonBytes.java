package otelrows.rival;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/** JSON text as UTF-8 in a buffer that grows and is used again. */
final class JsonBytes {
  private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(US_ASCII);

  /** How many bytes more a byte takes inside a JSON string: 1 for a short escape, 5 for \\u00XX. */
  private static final byte[] ESCAPE_EXTRA = new byte[256];

  /** The letter of a short escape. */
  private static final byte[] ESCAPE_LETTER = new byte[256];

  static {
    Arrays.fill(ESCAPE_EXTRA, 0, 0x20, (byte) 5);
    String bytes = "\"\\\b\f\n\r\t";
    String letters = "\"\\bfnrt";
    for (int i = 0; i < bytes.length(); i++) {
      ESCAPE_EXTRA[bytes.charAt(i)] = 1;
      ESCAPE_LETTER[bytes.charAt(i)] = (byte) letters.charAt(i);
    }
  }

  private byte[] buffer = new byte[64 * 1024];
  private int length;

  void clear() {
    length = 0;
  }

  byte[] copy() {
    return Arrays.copyOf(buffer, length);
  }

  private void reserve(int count) {
    if (buffer.length - length < count) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + count));
    }
  }

  /** Text that needs no escapes, already as bytes. */
  void literal(byte[] text) {
    reserve(text.length);
    System.arraycopy(text, 0, buffer, length, text.length);
    length += text.length;
  }

  void append(JsonBytes other) {
    reserve(other.length);
    System.arraycopy(other.buffer, 0, buffer, length, other.length);
    length += other.length;
  }

  void character(char ascii) {
    reserve(1);
    buffer[length++] = (byte) ascii;
  }

  void number(long value) {
    if (value < 0) {
      literal(Long.toString(value).getBytes(US_ASCII));
      return;
    }
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) digits++;
    reserve(digits);
    length += digits;
    for (int at = length - 1, left = digits; left > 0; left--, value /= 10) {
      buffer[at--] = (byte) ('0' + value % 10);
    }
  }

  /** Fixed64 times are unsigned. */
  void unsignedNumber(long value) {
    if (value >= 0) number(value);
    else literal(Long.toUnsignedString(value).getBytes(US_ASCII));
  }

  /** A string of lower-case hex digits. */
  void hexString(ByteString bytes) {
    character('"');
    hex(bytes);
    character('"');
  }

  void hex(ByteString bytes) {
    int count = bytes.size();
    reserve(2 * count);
    for (int i = 0; i < count; i++) {
      byte value = bytes.byteAt(i);
      buffer[length++] = HEX_DIGITS[(value >> 4) & 0xf];
      buffer[length++] = HEX_DIGITS[value & 0xf];
    }
  }

  void string(String text) {
    string(ByteString.copyFrom(text, UTF_8));
  }

  /** A string from UTF-8. It is copied first; where something in it needs an escape, the copy is spread apart from its end. */
  void string(ByteString utf8) {
    int count = utf8.size();
    reserve(count + 2);
    buffer[length++] = '"';
    int start = length;
    utf8.copyTo(buffer, start);
    length += count;
    int extra = 0;
    for (int i = start; i < length; i++) extra += ESCAPE_EXTRA[buffer[i] & 0xff];
    if (extra > 0) spread(start, extra);
    reserve(1);
    buffer[length++] = '"';
  }

  private void spread(int start, int extra) {
    reserve(extra + 1);
    int from = length - 1;
    length += extra;
    // Once both meet, nothing before needs an escape.
    for (int to = length - 1; from < to && from >= start; from--) {
      byte value = buffer[from];
      switch (ESCAPE_EXTRA[value & 0xff]) {
        case 0 -> buffer[to--] = value;
        case 1 -> {
          buffer[to--] = ESCAPE_LETTER[value];
          buffer[to--] = '\\';
        }
        default -> {
          buffer[to--] = HEX_DIGITS[value & 0xf];
          buffer[to--] = HEX_DIGITS[value >> 4];
          buffer[to--] = '0';
          buffer[to--] = '0';
          buffer[to--] = 'u';
          buffer[to--] = '\\';
        }
      }
    }
  }
}
