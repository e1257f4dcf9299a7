/** What boards need of Grafana's classic dashboard JSON (schemaVersion 39), which every Grafana from 10 to 13 imports. */
export interface Board {
  uid: string;
  title: string;
  description: string;
  tags: string[];
  schemaVersion: 39;
  version: 1;
  editable: true;
  refresh: string;
  time: { from: string; to: string };
  timezone: 'browser';
  templating: { list: Variable[] };
  annotations: { list: [] };
  panels: (Panel | Row)[];
}

export type Source = 'prometheus' | 'grafana-clickhouse-datasource';
interface SourceRef {
  type: Source;
  uid: string;
}

export interface Variable {
  name: string;
  label: string;
  type: 'datasource' | 'query' | 'textbox';
  query: string;
  datasource?: SourceRef;
  /** 1: when the board is opened. */
  refresh?: 1 | 2;
  current?: { text: string; value: string };
  includeAll?: boolean;
  allValue?: string;
  multi?: boolean;
}

interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

interface Row {
  id: number;
  type: 'row';
  title: string;
  collapsed: false;
  gridPos: Place;
  panels: [];
}

export interface Target {
  refId: string;
  datasource: SourceRef;
  expr?: string;
  legendFormat?: string;
  editorType?: 'sql';
  queryType?: 'table' | 'timeseries' | 'logs' | 'traces';
  /** Of the ClickHouse data source: 0 time series, 1 table, 2 logs, 3 traces. */
  format?: 0 | 1 | 2 | 3;
  rawSql?: string;
}

export interface Panel {
  id: number;
  title: string;
  description: string;
  type: 'stat' | 'timeseries' | 'table' | 'logs' | 'traces';
  gridPos: Place;
  datasource: SourceRef;
  targets: Target[];
  fieldConfig: {
    defaults: {
      unit: string;
      noValue?: string;
      custom?: { stacking: { mode: 'normal' }; fillOpacity: number };
    };
    overrides: [];
  };
  options: Record<string, unknown>;
}

/** A panel before it has its place. */
export interface PanelSketch {
  title: string;
  /** What it shows, and what to make of it. */
  description: string;
  type: Panel['type'];
  unit?: string;
  /** Of 24 columns. */
  width: number;
  height?: number;
  /** By the name in the legend. */
  queries: Record<string, string>;
  stacked?: boolean;
  /** Said where there is nothing to show. */
  noValue?: string;
}

/** Panels under a heading. */
export interface Section {
  title: string;
  panels: PanelSketch[];
}

/** Places sections under each other and panels side by side, left to right. */
export function makeBoard(
  head: Pick<Board, 'uid' | 'title' | 'description' | 'refresh' | 'time'>,
  source: Source,
  variables: Variable[],
  sections: readonly Section[],
): Board {
  const panels: Board['panels'] = [];
  let y = 0;
  for (const section of sections) {
    const gridPos = { x: 0, y, w: 24, h: 1 };
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: section.title,
      collapsed: false,
      gridPos,
      panels: [],
    });
    y += 1;
    let x = 0;
    let tallest = 0;
    for (const sketch of section.panels) {
      const h = sketch.height ?? (sketch.type === 'stat' ? 4 : 8);
      if (x + sketch.width > 24) {
        x = 0;
        y += tallest;
        tallest = 0;
      }
      panels.push(placed(sketch, source, panels.length + 1, { x, y, w: sketch.width, h }));
      x += sketch.width;
      tallest = Math.max(tallest, h);
    }
    y += tallest;
  }
  return {
    ...head,
    tags: ['otelrows'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    timezone: 'browser',
    templating: { list: [sourceVariable(source), ...variables] },
    annotations: { list: [] },
    panels,
  };
}

export function sourceRef(type: Source): SourceRef {
  return { type, uid: '$datasource' };
}

function sourceVariable(source: Source): Variable {
  return { name: 'datasource', label: 'Data source', type: 'datasource', query: source };
}

function placed(sketch: PanelSketch, source: Source, id: number, gridPos: Place): Panel {
  const { title, description, type, unit = 'short', queries, stacked, noValue } = sketch;
  const datasource = sourceRef(source);
  const targets = Object.entries(queries).map(([name, query], index): Target => {
    const refId = String.fromCharCode('A'.charCodeAt(0) + index);
    if (source === 'prometheus') return { refId, datasource, expr: query, legendFormat: name };
    return { refId, datasource, editorType: 'sql', rawSql: query, ...CLICKHOUSE_FORMAT[type] };
  });
  return {
    id,
    title,
    description,
    type,
    gridPos,
    datasource,
    targets,
    fieldConfig: {
      defaults: {
        unit,
        ...(noValue === undefined ? {} : { noValue }),
        ...(stacked ? { custom: { stacking: { mode: 'normal' }, fillOpacity: 30 } } : {}),
      },
      overrides: [],
    },
    options: {},
  };
}

const CLICKHOUSE_FORMAT = {
  stat: { queryType: 'table', format: 1 },
  table: { queryType: 'table', format: 1 },
  timeseries: { queryType: 'timeseries', format: 0 },
  logs: { queryType: 'logs', format: 2 },
  traces: { queryType: 'traces', format: 3 },
} as const satisfies Record<Panel['type'], Pick<Target, 'queryType' | 'format'>>;
