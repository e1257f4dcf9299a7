package otelrows.rival;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * What a JVM team would write in the place of otelrows: export requests with spans in, one JSON row per span out, exactly
 * once. BROKERS, INPUT, OUTPUT, GROUP and STATE_DIR come from the environment; arguments are further Kafka Streams
 * settings, NAME=VALUE.
 */
public final class Main {
  private static final int MIB = 1024 * 1024;

  private Main() {}

  public static void main(String[] arguments) {
    Properties settings = new Properties();
    settings.putAll(settings(System.getenv()));
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      settings.put(pair[0], pair[1]);
    }

    StreamsBuilder builder = new StreamsBuilder();
    // Its buffers are used again for each row, and each stream thread needs its own.
    ThreadLocal<SpanRows> rows = ThreadLocal.withInitial(SpanRows::new);
    builder.stream(System.getenv("INPUT"), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .flatMap((key, request) -> rows.get().of(request))
        .to(System.getenv("OUTPUT"), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));

    KafkaStreams streams = new KafkaStreams(builder.build(settings), settings);
    streams.setUncaughtExceptionHandler(
        failure -> {
          failure.printStackTrace();
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(10))));
    streams.start();
  }

  /** Tuned for throughput as far as that helped; the commit interval is the default of exactly-once, 100 ms. */
  private static Map<String, Object> settings(Map<String, String> environment) {
    return Map.ofEntries(
        Map.entry(StreamsConfig.APPLICATION_ID_CONFIG, environment.get("GROUP")),
        Map.entry(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, environment.get("BROKERS")),
        Map.entry(StreamsConfig.STATE_DIR_CONFIG, environment.get("STATE_DIR")),
        Map.entry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2),
        Map.entry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1),
        Map.entry(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest"),
        Map.entry(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 4 * MIB),
        Map.entry(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 200),
        Map.entry(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4"),
        Map.entry(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20),
        Map.entry(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), MIB / 2),
        Map.entry(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 4 * MIB),
        Map.entry(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 64 * MIB));
  }
}
