import { Document, isScalar, type Node } from 'yaml';
import { describeOrigin, type LoadedConfig } from './loaded-config.js';
import { maskConfig } from './mask.js';

/**
 * The whole config in force as YAML, with secrets masked as `otelrows settings` masks them. A comment says where what was set
 * comes from: an environment variable, a flag, a line of the file.
 */
export function maskedYaml({ config, origins }: LoadedConfig): string {
  const document = new Document(maskConfig(config), { aliasDuplicateObjects: false });
  for (const [path, origin] of origins) {
    const node = document.getIn(path.split('.'), true) as Node | undefined;
    if (node === undefined) continue;
    const comment = ` from ${describeOrigin(origin)}`;
    if (isScalar(node)) node.comment = comment;
    else node.commentBefore = comment;
  }
  return document.toString({ lineWidth: 0 });
}
