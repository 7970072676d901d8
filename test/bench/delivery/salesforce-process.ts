/** The double of a Salesforce organisation in a process of its own; it tells how many recordings it has that are not a baseline's. */
import { createPublicKey } from 'node:crypto';
import { SalesforceDouble } from '../../support/peers/salesforce-double.ts';

const { clientId, user, publicKey } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
const double = await SalesforceDouble.start({
  clientId: clientId ?? '',
  clientSecret: '',
  publicKey: createPublicKey(publicKey ?? ''),
  user: user ?? '',
});
// A bench is not about the requests of a day.
double.requests.limit = Number.MAX_SAFE_INTEGER;
process.on('message', ({ countWithout }: { countWithout: string }) => {
  const rows = double.org.live('Holdfast_Recording__c');
  const ours = rows.filter((row) => !String(row['Holdfast_Id__c']).startsWith(countWithout));
  process.send?.({ count: ours.length });
});
process.on('disconnect', () => process.exit());
process.send?.({ url: double.url });
