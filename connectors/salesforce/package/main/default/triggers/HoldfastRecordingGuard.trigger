/**
 * Keeps in one transaction what a client could only promise: an older revision never overwrites a newer one, what was
 * withdrawn does not come back, and a held recording is deleted by nobody. The words of the messages are what the
 * connector reads; numbers and ids follow after a colon.
 */
trigger HoldfastRecordingGuard on Holdfast_Recording__c (before insert, before update, before delete) {
    Boolean writer = FeatureManagement.checkPermission('Holdfast_Writer');

    if (Trigger.isInsert) {
        Map<String, Decimal> withdrawn = new Map<String, Decimal>();
        Set<String> ids = new Set<String>();
        for (Holdfast_Recording__c row : Trigger.new) ids.add(row.Holdfast_Id__c);
        // The recycle bin remembers the last revision of what was withdrawn, and nothing else of it.
        for (Holdfast_Recording__c gone : [
            SELECT Holdfast_Id__c, Revision__c
            FROM Holdfast_Recording__c
            WHERE IsDeleted = TRUE AND Withdrawn__c = TRUE AND Holdfast_Id__c IN :ids
            ALL ROWS
        ]) {
            Decimal known = withdrawn.get(gone.Holdfast_Id__c);
            if (known == null || known < gone.Revision__c) withdrawn.put(gone.Holdfast_Id__c, gone.Revision__c);
        }
        for (Holdfast_Recording__c row : Trigger.new) {
            Decimal known = withdrawn.get(row.Holdfast_Id__c);
            if (known != null && known >= row.Revision__c) {
                row.addError('HOLDFAST_SUPERSEDED:' + known.longValue());
            }
        }
    }

    if (Trigger.isUpdate && writer) {
        for (Holdfast_Recording__c row : Trigger.new) {
            Holdfast_Recording__c old = Trigger.oldMap.get(row.Id);
            String found = ':' + old.Revision__c.longValue() + ':' + old.Id;
            Boolean withdraws = row.Withdrawn__c && !old.Withdrawn__c;
            if (withdraws && old.Held__c && old.Revision__c >= row.Revision__c) {
                row.addError('HOLDFAST_HELD' + found);
            } else if (row.Revision__c < old.Revision__c) {
                row.addError('HOLDFAST_SUPERSEDED' + found);
            } else if (row.Revision__c == old.Revision__c && old.Withdrawn__c && !row.Withdrawn__c) {
                row.addError('HOLDFAST_SUPERSEDED' + found);
            } else if (row.Revision__c == old.Revision__c && row.Key__c == old.Key__c && !row.Withdrawn__c) {
                row.addError('HOLDFAST_UNCHANGED' + found);
            }
        }
    }

    if (Trigger.isUpdate && !writer) {
        for (Holdfast_Recording__c row : Trigger.new) {
            Holdfast_Recording__c old = Trigger.oldMap.get(row.Id);
            if (row.Holdfast_Id__c != old.Holdfast_Id__c || row.Revision__c != old.Revision__c ||
                row.Held__c != old.Held__c || row.Withdrawn__c != old.Withdrawn__c) {
                row.addError('Only Holdfast changes the id, the revision and the hold of a recording.');
            }
        }
    }

    if (Trigger.isDelete) {
        for (Holdfast_Recording__c old : Trigger.old) {
            String found = ':' + old.Revision__c.longValue() + ':' + old.Id;
            if (old.Held__c) {
                old.addError('HOLDFAST_HELD' + found);
            } else if (writer && !old.Withdrawn__c) {
                old.addError('HOLDFAST_SUPERSEDED' + found);
            }
        }
    }
}
