package otelrows.rival;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Rows of spans as otelrows writes them by default, by value; attributes stay in the order they came in. The trace id is the
 * key. Strings stay UTF-8 bytes on their way, and what all spans of a scope share is rendered once.
 */
final class SpanRows {
  private static final byte[][] KINDS =
      literals("\"Unspecified\"", "\"Internal\"", "\"Server\"", "\"Client\"", "\"Producer\"", "\"Consumer\"");
  private static final byte[][] STATUS_CODES = literals("\"Unset\"", "\"Ok\"", "\"Error\"");
  private static final byte[] UNKNOWN = literal("\"\"");
  private static final byte[] TRUE = literal("\"true\"");
  private static final byte[] FALSE = literal("\"false\"");

  private static final byte[] TIMESTAMP = literal("{\"Timestamp\":");
  private static final byte[] TRACE_ID = literal(",\"TraceId\":");
  private static final byte[] SPAN_ID = literal(",\"SpanId\":");
  private static final byte[] PARENT_SPAN_ID = literal(",\"ParentSpanId\":");
  private static final byte[] TRACE_STATE = literal(",\"TraceState\":");
  private static final byte[] SPAN_NAME = literal(",\"SpanName\":");
  private static final byte[] SPAN_KIND = literal(",\"SpanKind\":");
  private static final byte[] SERVICE_NAME = literal(",\"ServiceName\":");
  private static final byte[] RESOURCE_ATTRIBUTES = literal(",\"ResourceAttributes\":");
  private static final byte[] SCOPE_NAME = literal(",\"ScopeName\":");
  private static final byte[] SCOPE_VERSION = literal(",\"ScopeVersion\":");
  private static final byte[] SPAN_ATTRIBUTES = literal(",\"SpanAttributes\":");
  private static final byte[] DURATION = literal(",\"Duration\":");
  private static final byte[] STATUS_CODE = literal(",\"StatusCode\":");
  private static final byte[] STATUS_MESSAGE = literal(",\"StatusMessage\":");
  private static final byte[] EVENTS_TIMESTAMP = literal(",\"Events.Timestamp\":");
  private static final byte[] EVENTS_NAME = literal(",\"Events.Name\":");
  private static final byte[] EVENTS_ATTRIBUTES = literal(",\"Events.Attributes\":");
  private static final byte[] LINKS_TRACE_ID = literal(",\"Links.TraceId\":");
  private static final byte[] LINKS_SPAN_ID = literal(",\"Links.SpanId\":");
  private static final byte[] LINKS_TRACE_STATE = literal(",\"Links.TraceState\":");
  private static final byte[] LINKS_ATTRIBUTES = literal(",\"Links.Attributes\":");

  private final JsonBytes row = new JsonBytes();
  private final JsonBytes shared = new JsonBytes();
  private final JsonBytes key = new JsonBytes();

  /** Key and value of each row of a request. */
  List<org.apache.kafka.streams.KeyValue<byte[], byte[]>> of(byte[] request) {
    List<org.apache.kafka.streams.KeyValue<byte[], byte[]>> messages = new ArrayList<>();
    for (ResourceSpans resourceSpans : parse(request).getResourceSpansList()) {
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        renderShared(resourceSpans.getResource(), scopeSpans);
        for (Span span : scopeSpans.getSpansList()) {
          messages.add(org.apache.kafka.streams.KeyValue.pair(hex(span.getTraceId()), rowOf(span)));
        }
      }
    }
    return messages;
  }

  private static ExportTraceServiceRequest parse(byte[] request) {
    try {
      return ExportTraceServiceRequest.parseFrom(request);
    } catch (InvalidProtocolBufferException failure) {
      throw new IllegalArgumentException(failure);
    }
  }

  /** From the service's name to the scope's version: columns that stand side by side. */
  private void renderShared(Resource resource, ScopeSpans scopeSpans) {
    ByteString service = ByteString.EMPTY;
    for (KeyValue attribute : resource.getAttributesList()) {
      if (attribute.getKey().equals("service.name")) service = attribute.getValue().getStringValueBytes();
    }
    shared.clear();
    shared.literal(SERVICE_NAME);
    shared.string(service);
    shared.literal(RESOURCE_ATTRIBUTES);
    attributes(shared, resource.getAttributesList());
    shared.literal(SCOPE_NAME);
    shared.string(scopeSpans.getScope().getNameBytes());
    shared.literal(SCOPE_VERSION);
    shared.string(scopeSpans.getScope().getVersionBytes());
  }

  private byte[] rowOf(Span span) {
    row.clear();
    row.literal(TIMESTAMP);
    row.unsignedNumber(span.getStartTimeUnixNano());
    row.literal(TRACE_ID);
    row.hexString(span.getTraceId());
    row.literal(SPAN_ID);
    row.hexString(span.getSpanId());
    row.literal(PARENT_SPAN_ID);
    row.hexString(span.getParentSpanId());
    row.literal(TRACE_STATE);
    row.string(span.getTraceStateBytes());
    row.literal(SPAN_NAME);
    row.string(span.getNameBytes());
    row.literal(SPAN_KIND);
    row.literal(nameOf(span.getKindValue(), KINDS));
    row.append(shared);
    row.literal(SPAN_ATTRIBUTES);
    attributes(row, span.getAttributesList());
    row.literal(DURATION);
    row.number(Math.max(0, span.getEndTimeUnixNano() - span.getStartTimeUnixNano()));
    row.literal(STATUS_CODE);
    row.literal(nameOf(span.getStatus().getCodeValue(), STATUS_CODES));
    row.literal(STATUS_MESSAGE);
    row.string(span.getStatus().getMessageBytes());

    List<Span.Event> events = span.getEventsList();
    array(EVENTS_TIMESTAMP, events, (to, event) -> to.unsignedNumber(event.getTimeUnixNano()));
    array(EVENTS_NAME, events, (to, event) -> to.string(event.getNameBytes()));
    array(EVENTS_ATTRIBUTES, events, (to, event) -> attributes(to, event.getAttributesList()));

    List<Span.Link> links = span.getLinksList();
    array(LINKS_TRACE_ID, links, (to, link) -> to.hexString(link.getTraceId()));
    array(LINKS_SPAN_ID, links, (to, link) -> to.hexString(link.getSpanId()));
    array(LINKS_TRACE_STATE, links, (to, link) -> to.string(link.getTraceStateBytes()));
    array(LINKS_ATTRIBUTES, links, (to, link) -> attributes(to, link.getAttributesList()));
    row.character('}');
    return row.copy();
  }

  private <T> void array(byte[] name, List<T> elements, BiConsumer<JsonBytes, T> write) {
    row.literal(name);
    row.character('[');
    for (int i = 0; i < elements.size(); i++) {
      if (i > 0) row.character(',');
      write.accept(row, elements.get(i));
    }
    row.character(']');
  }

  private static void attributes(JsonBytes to, List<KeyValue> attributes) {
    to.character('{');
    for (int i = 0; i < attributes.size(); i++) {
      if (i > 0) to.character(',');
      KeyValue attribute = attributes.get(i);
      to.string(attribute.getKeyBytes());
      to.character(':');
      text(to, attribute.getValue());
    }
    to.character('}');
  }

  /** Values of attributes are strings, whatever they were. */
  private static void text(JsonBytes to, AnyValue value) {
    switch (value.getValueCase()) {
      case STRING_VALUE -> to.string(value.getStringValueBytes());
      case INT_VALUE -> {
        to.character('"');
        to.number(value.getIntValue());
        to.character('"');
      }
      case BOOL_VALUE -> to.literal(value.getBoolValue() ? TRUE : FALSE);
      case DOUBLE_VALUE -> to.string(Double.toString(value.getDoubleValue()));
      case BYTES_VALUE -> to.string(base64(value));
      case ARRAY_VALUE, KVLIST_VALUE -> {
        JsonBytes nested = new JsonBytes();
        json(nested, value);
        to.string(ByteString.copyFrom(nested.copy()));
      }
      default -> to.literal(UNKNOWN);
    }
  }

  /** Inside an array or a map, values keep their types. */
  private static void json(JsonBytes to, AnyValue value) {
    switch (value.getValueCase()) {
      case STRING_VALUE -> to.string(value.getStringValueBytes());
      case INT_VALUE -> to.number(value.getIntValue());
      case BOOL_VALUE -> to.literal(literal(Boolean.toString(value.getBoolValue())));
      case DOUBLE_VALUE -> to.literal(literal(Double.toString(value.getDoubleValue())));
      case BYTES_VALUE -> to.string(base64(value));
      case ARRAY_VALUE -> {
        String separator = "[";
        for (AnyValue element : value.getArrayValue().getValuesList()) {
          to.literal(literal(separator));
          json(to, element);
          separator = ",";
        }
        to.literal(literal(separator.equals("[") ? "[]" : "]"));
      }
      case KVLIST_VALUE -> {
        String separator = "{";
        for (KeyValue member : value.getKvlistValue().getValuesList()) {
          to.literal(literal(separator));
          to.string(member.getKeyBytes());
          to.character(':');
          json(to, member.getValue());
          separator = ",";
        }
        to.literal(literal(separator.equals("{") ? "{}" : "}"));
      }
      default -> to.literal(literal("null"));
    }
  }

  private byte[] hex(ByteString id) {
    key.clear();
    key.hex(id);
    return key.copy();
  }

  private static String base64(AnyValue value) {
    return Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
  }

  private static byte[] nameOf(int number, byte[][] names) {
    return number >= 0 && number < names.length ? names[number] : UNKNOWN;
  }

  private static byte[] literal(String text) {
    return text.getBytes(US_ASCII);
  }

  private static byte[][] literals(String... texts) {
    byte[][] made = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) made[i] = literal(texts[i]);
    return made;
  }
}
