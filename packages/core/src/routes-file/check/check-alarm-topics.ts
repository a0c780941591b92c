import type { Source } from '../../model/routes.ts';
import { parseArn } from '../../names/arn.ts';
import type { Report } from '../../problems/problem.ts';
import type { SoundFile } from '../resolve/sound-part.ts';

/** CloudWatch notifies topics of the alarms' own region, in any account. */
export function checkAlarmTopics(file: SoundFile, source: Source, report: Report): void {
  if (file.source === undefined) return;
  for (const option of ['alarmActions', 'okActions'] as const) {
    for (const [index, topic] of (file[option] ?? []).entries()) {
      if (topic === undefined) continue;
      const { partition, region } = parseArn(topic);
      if (partition === source.partition && region === source.region) continue;
      const message = `expected a topic in ${source.region} (${source.partition}), where the alarms are, got ${topic}`;
      report([option, index], 'arn-mismatch', message, 'name a topic of that region');
    }
  }
}
