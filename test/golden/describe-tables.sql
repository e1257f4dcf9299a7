SELECT
    table,
    engine_full,
    groupArray([column, type, default_kind, default_expression, compression_codec]) AS columns,
    (
        SELECT groupArray((table, [name, expr, type_full, toString(granularity)]))
        FROM (SELECT * FROM system.data_skipping_indices WHERE database = currentDatabase())
    ) AS all_indexes,
    arrayMap(index -> index.2, arrayFilter(index -> index.1 = table, all_indexes)) AS indexes
FROM
(
    SELECT
        tables.name AS table,
        tables.engine_full AS engine_full,
        columns.name AS column,
        columns.type AS type,
        columns.default_kind AS default_kind,
        columns.default_expression AS default_expression,
        columns.compression_codec AS compression_codec
    FROM system.columns AS columns
    INNER JOIN system.tables AS tables ON columns.database = tables.database AND columns.table = tables.name
    WHERE columns.database = currentDatabase() AND tables.engine LIKE '%MergeTree'
    ORDER BY tables.name, columns.position
)
GROUP BY table, engine_full
ORDER BY table
