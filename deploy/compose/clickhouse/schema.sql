-- Tables that keep the rows of otelrows, and Kafka engine tables that read them.
-- Only committed rows are read. What cannot be read is kept in otel_kafka_errors, with the reason. Each table is filled in
-- a consumer group of its own, named after database, table and topic: another name reads the topic from its start.
--
-- ClickHouse refuses a block of rows from more than 100 days, and the Kafka engine then tries the same block for ever.
-- When old data is replayed, or senders' clocks cannot be trusted, set in the server's default profile:
--     throw_on_max_partitions_per_insert_block = 0

CREATE DATABASE IF NOT EXISTS otel;

CREATE TABLE IF NOT EXISTS otel.otel_kafka_errors
(
    Time DateTime64(3),
    Topic LowCardinality(String),
    Partition UInt64,
    Offset UInt64,
    Error String CODEC(ZSTD(3)),
    RawMessage String CODEC(ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toDate(Time)
ORDER BY (Topic, Partition, Offset);

CREATE TABLE IF NOT EXISTS otel.otel_traces
(
    Timestamp DateTime64(9) COMMENT 'Start of the span' CODEC(Delta, ZSTD(3)),
    TraceId String COMMENT 'Trace id, lower-case hex' CODEC(ZSTD(3)),
    SpanId String COMMENT 'Span id, lower-case hex' CODEC(ZSTD(3)),
    ParentSpanId String COMMENT 'Id of the parent span; empty for a root span' CODEC(ZSTD(3)),
    TraceState String COMMENT 'W3C trace state, as sent' CODEC(ZSTD(3)),
    SpanName LowCardinality(String) COMMENT 'Name of the operation' CODEC(ZSTD(3)),
    SpanKind LowCardinality(String) COMMENT 'Unspecified, Internal, Server, Client, Producer or Consumer; empty for an unknown number' CODEC(ZSTD(3)),
    ServiceName LowCardinality(String) COMMENT 'service.name of the resource' CODEC(ZSTD(3)),
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource, as text' CODEC(ZSTD(3)),
    ScopeName String COMMENT 'Name of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeVersion String COMMENT 'Version of the instrumentation scope' CODEC(ZSTD(3)),
    SpanAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the span, as text' CODEC(ZSTD(3)),
    Duration UInt64 COMMENT 'End minus start, nanoseconds; wraps around where a span ends before it starts' CODEC(ZSTD(3)),
    StatusCode LowCardinality(String) COMMENT 'Unset, Ok or Error; empty for an unknown number' CODEC(ZSTD(3)),
    StatusMessage String COMMENT 'Status description' CODEC(ZSTD(3)),
    `Events.Timestamp` Array(DateTime64(9)) COMMENT 'Time of each event' CODEC(ZSTD(3)),
    `Events.Name` Array(LowCardinality(String)) COMMENT 'Name of each event' CODEC(ZSTD(3)),
    `Events.Attributes` Array(Map(LowCardinality(String), String)) COMMENT 'Attributes of each event, as text' CODEC(ZSTD(3)),
    `Links.TraceId` Array(String) COMMENT 'Trace id of each linked span' CODEC(ZSTD(3)),
    `Links.SpanId` Array(String) COMMENT 'Span id of each linked span' CODEC(ZSTD(3)),
    `Links.TraceState` Array(String) COMMENT 'Trace state of each linked span' CODEC(ZSTD(3)),
    `Links.Attributes` Array(Map(LowCardinality(String), String)) COMMENT 'Attributes of each link, as text' CODEC(ZSTD(3)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_span_attr_key mapKeys(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_span_attr_value mapValues(SpanAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_duration Duration TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))
SETTINGS
    ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS otel.otel_traces_trace_id_ts
(
    TraceId String CODEC(ZSTD(3)),
    Start DateTime CODEC(Delta, ZSTD(3)),
    End DateTime CODEC(Delta, ZSTD(3)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Start)
ORDER BY (TraceId, Start)
SETTINGS
    ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_traces_trace_id_ts_mv
TO otel.otel_traces_trace_id_ts
AS SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End
FROM otel.otel_traces
WHERE TraceId NOT IN ('', '00000000000000000000000000000000')
GROUP BY TraceId;

CREATE TABLE IF NOT EXISTS otel.otel_traces_kafka
(
    Timestamp DateTime64(9, 'UTC'),
    TraceId String,
    SpanId String,
    ParentSpanId String,
    TraceState String,
    SpanName LowCardinality(String),
    SpanKind LowCardinality(String),
    ServiceName LowCardinality(String),
    ResourceAttributes Map(LowCardinality(String), String),
    ScopeName String,
    ScopeVersion String,
    SpanAttributes Map(LowCardinality(String), String),
    Duration UInt64,
    StatusCode LowCardinality(String),
    StatusMessage String,
    `Events.Timestamp` Array(DateTime64(9, 'UTC')),
    `Events.Name` Array(LowCardinality(String)),
    `Events.Attributes` Array(Map(LowCardinality(String), String)),
    `Links.TraceId` Array(String),
    `Links.SpanId` Array(String),
    `Links.TraceState` Array(String),
    `Links.Attributes` Array(Map(LowCardinality(String), String))
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = 'kafka:19092',
    kafka_topic_list = 'otel-traces',
    kafka_group_name = 'clickhouse-otel.otel_traces.otel-traces',
    kafka_format = 'JSONEachRow',
    -- A message that cannot be read goes to the errors table; by default it would stop its partition.
    kafka_handle_error_mode = 'stream',
    -- Reads time_format: exact and text, on every server.
    date_time_input_format = 'basic',
    -- More consumers read in parallel, up to the number of partitions. Each stores blocks of its own: more than one
    -- consumer is of use where one thread cannot read as fast as rows come.
    kafka_num_consumers = 1,
    -- Rows are stored when there are this many or after this time, whichever is first: the greater, the fewer
    -- parts to merge; the smaller, the less memory is used and the sooner rows are seen.
    kafka_max_block_size = 131072,
    kafka_flush_interval_ms = 2000;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_traces_kafka_rows
TO otel.otel_traces
AS SELECT
    Timestamp,
    TraceId,
    SpanId,
    ParentSpanId,
    TraceState,
    SpanName,
    SpanKind,
    ServiceName,
    ResourceAttributes,
    ScopeName,
    ScopeVersion,
    SpanAttributes,
    Duration,
    StatusCode,
    StatusMessage,
    `Events.Timestamp`,
    `Events.Name`,
    `Events.Attributes`,
    `Links.TraceId`,
    `Links.SpanId`,
    `Links.TraceState`,
    `Links.Attributes`
FROM otel.otel_traces_kafka
WHERE length(_error) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_traces_kafka_errors
TO otel.otel_kafka_errors
AS SELECT
    now64(3) AS Time,
    _topic AS Topic,
    _partition AS Partition,
    _offset AS Offset,
    _error AS Error,
    _raw_message AS RawMessage
FROM otel.otel_traces_kafka
WHERE length(_error) > 0;

CREATE TABLE IF NOT EXISTS otel.otel_logs
(
    Timestamp DateTime64(9) COMMENT 'Time of the event, or else when it was observed' CODEC(Delta, ZSTD(3)),
    TraceId String COMMENT 'Trace id, lower-case hex; empty outside a trace' CODEC(ZSTD(3)),
    SpanId String COMMENT 'Span id, lower-case hex; empty outside a span' CODEC(ZSTD(3)),
    TraceFlags UInt8 COMMENT 'W3C trace flags',
    SeverityText LowCardinality(String) COMMENT 'Severity as the source spells it' CODEC(ZSTD(3)),
    SeverityNumber UInt8 COMMENT 'Severity from 1 (trace) to 24 (fatal); 0 is unset',
    ServiceName LowCardinality(String) COMMENT 'service.name of the resource' CODEC(ZSTD(3)),
    Body String COMMENT 'Body, as text' CODEC(ZSTD(3)),
    ResourceSchemaUrl LowCardinality(String) COMMENT 'Schema URL of the resource' CODEC(ZSTD(3)),
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource, as text' CODEC(ZSTD(3)),
    ScopeSchemaUrl LowCardinality(String) COMMENT 'Schema URL of the scope' CODEC(ZSTD(3)),
    ScopeName String COMMENT 'Name of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeVersion LowCardinality(String) COMMENT 'Version of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the scope, as text' CODEC(ZSTD(3)),
    LogAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the log record, as text' CODEC(ZSTD(3)),
    EventName String COMMENT 'Name of the kind of event' CODEC(ZSTD(3)),
    `__otel_materialized_k8s.cluster.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.cluster.name'] CODEC(ZSTD(3)),
    `__otel_materialized_k8s.container.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.container.name'] CODEC(ZSTD(3)),
    `__otel_materialized_k8s.deployment.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.deployment.name'] CODEC(ZSTD(3)),
    `__otel_materialized_k8s.namespace.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.namespace.name'] CODEC(ZSTD(3)),
    `__otel_materialized_k8s.node.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.node.name'] CODEC(ZSTD(3)),
    `__otel_materialized_k8s.pod.name` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.name'] CODEC(ZSTD(3)),
    `__otel_materialized_k8s.pod.uid` LowCardinality(String) MATERIALIZED ResourceAttributes['k8s.pod.uid'] CODEC(ZSTD(3)),
    `__otel_materialized_deployment.environment.name` LowCardinality(String) MATERIALIZED ResourceAttributes['deployment.environment.name'] CODEC(ZSTD(3)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_log_attr_key mapKeys(LogAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_log_attr_value mapValues(LogAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_lower_body lower(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8,
    INDEX idx_event_name EventName TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
SETTINGS
    ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS otel.otel_logs_kafka
(
    Timestamp DateTime64(9, 'UTC'),
    TraceId String,
    SpanId String,
    TraceFlags UInt8,
    SeverityText LowCardinality(String),
    SeverityNumber UInt8,
    ServiceName LowCardinality(String),
    Body String,
    ResourceSchemaUrl LowCardinality(String),
    ResourceAttributes Map(LowCardinality(String), String),
    ScopeSchemaUrl LowCardinality(String),
    ScopeName String,
    ScopeVersion LowCardinality(String),
    ScopeAttributes Map(LowCardinality(String), String),
    LogAttributes Map(LowCardinality(String), String),
    EventName String
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = 'kafka:19092',
    kafka_topic_list = 'otel-logs',
    kafka_group_name = 'clickhouse-otel.otel_logs.otel-logs',
    kafka_format = 'JSONEachRow',
    -- A message that cannot be read goes to the errors table; by default it would stop its partition.
    kafka_handle_error_mode = 'stream',
    -- Reads time_format: exact and text, on every server.
    date_time_input_format = 'basic',
    -- More consumers read in parallel, up to the number of partitions. Each stores blocks of its own: more than one
    -- consumer is of use where one thread cannot read as fast as rows come.
    kafka_num_consumers = 1,
    -- Rows are stored when there are this many or after this time, whichever is first: the greater, the fewer
    -- parts to merge; the smaller, the less memory is used and the sooner rows are seen.
    kafka_max_block_size = 131072,
    kafka_flush_interval_ms = 2000;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_logs_kafka_rows
TO otel.otel_logs
AS SELECT
    Timestamp,
    TraceId,
    SpanId,
    TraceFlags,
    SeverityText,
    SeverityNumber,
    ServiceName,
    Body,
    ResourceSchemaUrl,
    ResourceAttributes,
    ScopeSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    LogAttributes,
    EventName
FROM otel.otel_logs_kafka
WHERE length(_error) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_logs_kafka_errors
TO otel.otel_kafka_errors
AS SELECT
    now64(3) AS Time,
    _topic AS Topic,
    _partition AS Partition,
    _offset AS Offset,
    _error AS Error,
    _raw_message AS RawMessage
FROM otel.otel_logs_kafka
WHERE length(_error) > 0;

CREATE TABLE IF NOT EXISTS otel.otel_metrics_gauge
(
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource, as text' CODEC(ZSTD(3)),
    ResourceSchemaUrl String COMMENT 'Schema URL of the resource' CODEC(ZSTD(3)),
    ScopeName String COMMENT 'Name of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeVersion String COMMENT 'Version of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the scope, as text' CODEC(ZSTD(3)),
    ScopeDroppedAttrCount UInt32 COMMENT 'Attributes that the scope lost at the source' CODEC(ZSTD(3)),
    ScopeSchemaUrl String COMMENT 'Schema URL of the scope' CODEC(ZSTD(3)),
    ServiceName LowCardinality(String) COMMENT 'service.name of the resource' CODEC(ZSTD(3)),
    MetricName LowCardinality(String) COMMENT 'Name of the metric' CODEC(ZSTD(3)),
    MetricDescription String COMMENT 'Description of the metric' CODEC(ZSTD(3)),
    MetricUnit String COMMENT 'Unit of the metric' CODEC(ZSTD(3)),
    Attributes Map(LowCardinality(String), String) COMMENT 'Attributes of the data point, as text' CODEC(ZSTD(3)),
    StartTimeUnix DateTime COMMENT 'Begin of the interval that the point covers' CODEC(Delta, ZSTD(3)),
    TimeUnix DateTime COMMENT 'Time of the point' CODEC(Delta, ZSTD(3)),
    Value Float64 COMMENT 'Measured value' CODEC(ZSTD(3)),
    Flags UInt32 COMMENT 'Bit 0: the point has no recorded value' CODEC(ZSTD(3)),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) COMMENT 'Attributes of each exemplar that the point itself does not have' CODEC(ZSTD(3)),
    `Exemplars.TimeUnix` Array(DateTime) COMMENT 'Time of each exemplar' CODEC(ZSTD(3)),
    `Exemplars.Value` Array(Float64) COMMENT 'Measured value of each exemplar' CODEC(ZSTD(3)),
    `Exemplars.SpanId` Array(String) COMMENT 'Span id of each exemplar; zeros when absent' CODEC(ZSTD(3)),
    `Exemplars.TraceId` Array(String) COMMENT 'Trace id of each exemplar; zeros when absent' CODEC(ZSTD(3)),
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS
    ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS otel.otel_metrics_gauge_kafka
(
    ResourceAttributes Map(LowCardinality(String), String),
    ResourceSchemaUrl String,
    ScopeName String,
    ScopeVersion String,
    ScopeAttributes Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl String,
    ServiceName LowCardinality(String),
    MetricName LowCardinality(String),
    MetricDescription String,
    MetricUnit String,
    Attributes Map(LowCardinality(String), String),
    StartTimeUnix DateTime64(9, 'UTC'),
    TimeUnix DateTime64(9, 'UTC'),
    Value Float64,
    Flags UInt32,
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)),
    `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC')),
    `Exemplars.Value` Array(Float64),
    `Exemplars.SpanId` Array(String),
    `Exemplars.TraceId` Array(String)
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = 'kafka:19092',
    kafka_topic_list = 'otel-metrics-gauge',
    kafka_group_name = 'clickhouse-otel.otel_metrics_gauge.otel-metrics-gauge',
    kafka_format = 'JSONEachRow',
    -- A message that cannot be read goes to the errors table; by default it would stop its partition.
    kafka_handle_error_mode = 'stream',
    -- Reads time_format: exact and text, on every server.
    date_time_input_format = 'basic',
    -- More consumers read in parallel, up to the number of partitions. Each stores blocks of its own: more than one
    -- consumer is of use where one thread cannot read as fast as rows come.
    kafka_num_consumers = 1,
    -- Rows are stored when there are this many or after this time, whichever is first: the greater, the fewer
    -- parts to merge; the smaller, the less memory is used and the sooner rows are seen.
    kafka_max_block_size = 131072,
    kafka_flush_interval_ms = 2000;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_metrics_gauge_kafka_rows
TO otel.otel_metrics_gauge
AS SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    Attributes,
    StartTimeUnix,
    TimeUnix,
    Value,
    Flags,
    `Exemplars.FilteredAttributes`,
    `Exemplars.TimeUnix`,
    `Exemplars.Value`,
    `Exemplars.SpanId`,
    `Exemplars.TraceId`
FROM otel.otel_metrics_gauge_kafka
WHERE length(_error) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_metrics_gauge_kafka_errors
TO otel.otel_kafka_errors
AS SELECT
    now64(3) AS Time,
    _topic AS Topic,
    _partition AS Partition,
    _offset AS Offset,
    _error AS Error,
    _raw_message AS RawMessage
FROM otel.otel_metrics_gauge_kafka
WHERE length(_error) > 0;

CREATE TABLE IF NOT EXISTS otel.otel_metrics_sum
(
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource, as text' CODEC(ZSTD(3)),
    ResourceSchemaUrl String COMMENT 'Schema URL of the resource' CODEC(ZSTD(3)),
    ScopeName String COMMENT 'Name of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeVersion String COMMENT 'Version of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the scope, as text' CODEC(ZSTD(3)),
    ScopeDroppedAttrCount UInt32 COMMENT 'Attributes that the scope lost at the source' CODEC(ZSTD(3)),
    ScopeSchemaUrl String COMMENT 'Schema URL of the scope' CODEC(ZSTD(3)),
    ServiceName LowCardinality(String) COMMENT 'service.name of the resource' CODEC(ZSTD(3)),
    MetricName LowCardinality(String) COMMENT 'Name of the metric' CODEC(ZSTD(3)),
    MetricDescription String COMMENT 'Description of the metric' CODEC(ZSTD(3)),
    MetricUnit String COMMENT 'Unit of the metric' CODEC(ZSTD(3)),
    Attributes Map(LowCardinality(String), String) COMMENT 'Attributes of the data point, as text' CODEC(ZSTD(3)),
    StartTimeUnix DateTime COMMENT 'Begin of the interval that the point covers' CODEC(Delta, ZSTD(3)),
    TimeUnix DateTime COMMENT 'Time of the point' CODEC(Delta, ZSTD(3)),
    Value Float64 COMMENT 'Sum of the measured values' CODEC(ZSTD(3)),
    Flags UInt32 COMMENT 'Bit 0: the point has no recorded value' CODEC(ZSTD(3)),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) COMMENT 'Attributes of each exemplar that the point itself does not have' CODEC(ZSTD(3)),
    `Exemplars.TimeUnix` Array(DateTime) COMMENT 'Time of each exemplar' CODEC(ZSTD(3)),
    `Exemplars.Value` Array(Float64) COMMENT 'Measured value of each exemplar' CODEC(ZSTD(3)),
    `Exemplars.SpanId` Array(String) COMMENT 'Span id of each exemplar; zeros when absent' CODEC(ZSTD(3)),
    `Exemplars.TraceId` Array(String) COMMENT 'Trace id of each exemplar; zeros when absent' CODEC(ZSTD(3)),
    AggregationTemporality Int32 COMMENT '0 unspecified, 1 delta, 2 cumulative' CODEC(ZSTD(3)),
    IsMonotonic Bool COMMENT 'Whether the sum only ever grows' CODEC(Delta, ZSTD(3)),
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS
    ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS otel.otel_metrics_sum_kafka
(
    ResourceAttributes Map(LowCardinality(String), String),
    ResourceSchemaUrl String,
    ScopeName String,
    ScopeVersion String,
    ScopeAttributes Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl String,
    ServiceName LowCardinality(String),
    MetricName LowCardinality(String),
    MetricDescription String,
    MetricUnit String,
    Attributes Map(LowCardinality(String), String),
    StartTimeUnix DateTime64(9, 'UTC'),
    TimeUnix DateTime64(9, 'UTC'),
    Value Float64,
    Flags UInt32,
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)),
    `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC')),
    `Exemplars.Value` Array(Float64),
    `Exemplars.SpanId` Array(String),
    `Exemplars.TraceId` Array(String),
    AggregationTemporality Int32,
    IsMonotonic Bool
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = 'kafka:19092',
    kafka_topic_list = 'otel-metrics-sum',
    kafka_group_name = 'clickhouse-otel.otel_metrics_sum.otel-metrics-sum',
    kafka_format = 'JSONEachRow',
    -- A message that cannot be read goes to the errors table; by default it would stop its partition.
    kafka_handle_error_mode = 'stream',
    -- Reads time_format: exact and text, on every server.
    date_time_input_format = 'basic',
    -- More consumers read in parallel, up to the number of partitions. Each stores blocks of its own: more than one
    -- consumer is of use where one thread cannot read as fast as rows come.
    kafka_num_consumers = 1,
    -- Rows are stored when there are this many or after this time, whichever is first: the greater, the fewer
    -- parts to merge; the smaller, the less memory is used and the sooner rows are seen.
    kafka_max_block_size = 131072,
    kafka_flush_interval_ms = 2000;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_metrics_sum_kafka_rows
TO otel.otel_metrics_sum
AS SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    Attributes,
    StartTimeUnix,
    TimeUnix,
    Value,
    Flags,
    `Exemplars.FilteredAttributes`,
    `Exemplars.TimeUnix`,
    `Exemplars.Value`,
    `Exemplars.SpanId`,
    `Exemplars.TraceId`,
    AggregationTemporality,
    IsMonotonic
FROM otel.otel_metrics_sum_kafka
WHERE length(_error) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_metrics_sum_kafka_errors
TO otel.otel_kafka_errors
AS SELECT
    now64(3) AS Time,
    _topic AS Topic,
    _partition AS Partition,
    _offset AS Offset,
    _error AS Error,
    _raw_message AS RawMessage
FROM otel.otel_metrics_sum_kafka
WHERE length(_error) > 0;

CREATE TABLE IF NOT EXISTS otel.otel_metrics_histogram
(
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource, as text' CODEC(ZSTD(3)),
    ResourceSchemaUrl String COMMENT 'Schema URL of the resource' CODEC(ZSTD(3)),
    ScopeName String COMMENT 'Name of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeVersion String COMMENT 'Version of the instrumentation scope' CODEC(ZSTD(3)),
    ScopeAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the scope, as text' CODEC(ZSTD(3)),
    ScopeDroppedAttrCount UInt32 COMMENT 'Attributes that the scope lost at the source' CODEC(ZSTD(3)),
    ScopeSchemaUrl String COMMENT 'Schema URL of the scope' CODEC(ZSTD(3)),
    ServiceName LowCardinality(String) COMMENT 'service.name of the resource' CODEC(ZSTD(3)),
    MetricName LowCardinality(String) COMMENT 'Name of the metric' CODEC(ZSTD(3)),
    MetricDescription String COMMENT 'Description of the metric' CODEC(ZSTD(3)),
    MetricUnit String COMMENT 'Unit of the metric' CODEC(ZSTD(3)),
    Attributes Map(LowCardinality(String), String) COMMENT 'Attributes of the data point, as text' CODEC(ZSTD(3)),
    StartTimeUnix DateTime COMMENT 'Begin of the interval that the point covers' CODEC(Delta, ZSTD(3)),
    TimeUnix DateTime COMMENT 'Time of the point' CODEC(Delta, ZSTD(3)),
    Count UInt64 COMMENT 'Number of measured values' CODEC(Delta, ZSTD(3)),
    Sum Float64 COMMENT 'Sum of the measured values; 0 when absent' CODEC(ZSTD(3)),
    BucketCounts Array(UInt64) COMMENT 'Number of values in each bucket' CODEC(ZSTD(3)),
    ExplicitBounds Array(Float64) COMMENT 'Upper bound of each bucket but the last' CODEC(ZSTD(3)),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)) COMMENT 'Attributes of each exemplar that the point itself does not have' CODEC(ZSTD(3)),
    `Exemplars.TimeUnix` Array(DateTime) COMMENT 'Time of each exemplar' CODEC(ZSTD(3)),
    `Exemplars.Value` Array(Float64) COMMENT 'Measured value of each exemplar' CODEC(ZSTD(3)),
    `Exemplars.SpanId` Array(String) COMMENT 'Span id of each exemplar; zeros when absent' CODEC(ZSTD(3)),
    `Exemplars.TraceId` Array(String) COMMENT 'Trace id of each exemplar; zeros when absent' CODEC(ZSTD(3)),
    Flags UInt32 COMMENT 'Bit 0: the point has no recorded value' CODEC(ZSTD(3)),
    Min Float64 COMMENT 'Least measured value; 0 when absent' CODEC(ZSTD(3)),
    Max Float64 COMMENT 'Greatest measured value; 0 when absent' CODEC(ZSTD(3)),
    AggregationTemporality Int32 COMMENT '0 unspecified, 1 delta, 2 cumulative' CODEC(ZSTD(3)),
    INDEX idx_res_attr_key mapKeys(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_res_attr_value mapValues(ResourceAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_key mapKeys(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_scope_attr_value mapValues(ScopeAttributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_key mapKeys(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_attr_value mapValues(Attributes) TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(TimeUnix)
ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)
SETTINGS
    ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS otel.otel_metrics_histogram_kafka
(
    ResourceAttributes Map(LowCardinality(String), String),
    ResourceSchemaUrl String,
    ScopeName String,
    ScopeVersion String,
    ScopeAttributes Map(LowCardinality(String), String),
    ScopeDroppedAttrCount UInt32,
    ScopeSchemaUrl String,
    ServiceName LowCardinality(String),
    MetricName LowCardinality(String),
    MetricDescription String,
    MetricUnit String,
    Attributes Map(LowCardinality(String), String),
    StartTimeUnix DateTime64(9, 'UTC'),
    TimeUnix DateTime64(9, 'UTC'),
    Count UInt64,
    Sum Float64,
    BucketCounts Array(UInt64),
    ExplicitBounds Array(Float64),
    `Exemplars.FilteredAttributes` Array(Map(LowCardinality(String), String)),
    `Exemplars.TimeUnix` Array(DateTime64(9, 'UTC')),
    `Exemplars.Value` Array(Float64),
    `Exemplars.SpanId` Array(String),
    `Exemplars.TraceId` Array(String),
    Flags UInt32,
    Min Float64,
    Max Float64,
    AggregationTemporality Int32
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = 'kafka:19092',
    kafka_topic_list = 'otel-metrics-histogram',
    kafka_group_name = 'clickhouse-otel.otel_metrics_histogram.otel-metrics-histogram',
    kafka_format = 'JSONEachRow',
    -- A message that cannot be read goes to the errors table; by default it would stop its partition.
    kafka_handle_error_mode = 'stream',
    -- Reads time_format: exact and text, on every server.
    date_time_input_format = 'basic',
    -- More consumers read in parallel, up to the number of partitions. Each stores blocks of its own: more than one
    -- consumer is of use where one thread cannot read as fast as rows come.
    kafka_num_consumers = 1,
    -- Rows are stored when there are this many or after this time, whichever is first: the greater, the fewer
    -- parts to merge; the smaller, the less memory is used and the sooner rows are seen.
    kafka_max_block_size = 131072,
    kafka_flush_interval_ms = 2000;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_metrics_histogram_kafka_rows
TO otel.otel_metrics_histogram
AS SELECT
    ResourceAttributes,
    ResourceSchemaUrl,
    ScopeName,
    ScopeVersion,
    ScopeAttributes,
    ScopeDroppedAttrCount,
    ScopeSchemaUrl,
    ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    Attributes,
    StartTimeUnix,
    TimeUnix,
    Count,
    Sum,
    BucketCounts,
    ExplicitBounds,
    `Exemplars.FilteredAttributes`,
    `Exemplars.TimeUnix`,
    `Exemplars.Value`,
    `Exemplars.SpanId`,
    `Exemplars.TraceId`,
    Flags,
    Min,
    Max,
    AggregationTemporality
FROM otel.otel_metrics_histogram_kafka
WHERE length(_error) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS otel.otel_metrics_histogram_kafka_errors
TO otel.otel_kafka_errors
AS SELECT
    now64(3) AS Time,
    _topic AS Topic,
    _partition AS Partition,
    _offset AS Offset,
    _error AS Error,
    _raw_message AS RawMessage
FROM otel.otel_metrics_histogram_kafka
WHERE length(_error) > 0;
