import { describe, expect, test } from 'vitest';
import { xmlReply } from '../../src/endpoint/xml.ts';

describe('xmlReply', () => {
  test('writes elements, lists and text that XML would read otherwise', () => {
    const document = { Root: { A: 1, B: [{ C: '<&>"\r' }, { C: true }], D: [] } };
    expect(xmlReply(200, document, { contentType: 'text/xml', namespace: 'urn:a' })).toEqual({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: '<Root xmlns="urn:a"><A>1</A><B><C>&lt;&amp;&gt;&quot;&#13;</C></B><B><C>true</C></B></Root>',
    });
  });
});
