import type { HrMapping } from './hr-mapping.ts';

/** A mapping to begin with, and a message in the style of its sender; the people are nobody. */
export interface HrTemplate {
  readonly id: string;
  readonly title: string;
  readonly mapping: HrMapping;
  readonly sample: object;
}

/** The examples of the manual (`examples/hr-events/`), each with a message to try it on. */
export const HR_TEMPLATES: readonly [HrTemplate, ...HrTemplate[]] = [
  {
    id: 'bamboohr',
    title: 'BambooHR',
    mapping: {
      format: 'holdfast-hr-events/1',
      signature: {
        scheme: 'hmac-sha256',
        header: 'X-BambooHR-Signature',
        encoding: 'hex',
        timestamp: { header: 'X-BambooHR-Timestamp', unit: 'seconds' },
        signed: ['body', 'timestamp'],
      },
      records: 'body.employees',
      occurredAt: 'record.timestamp',
      person: 'record.id',
      operations: [
        { when: 'record.action == "Deleted"', operation: 'leave' },
        {
          when: 'record.action == "Updated" && record.fields.employmentStatus.value == "Terminated"',
          operation: 'leave',
        },
        {
          when: 'record.action == "Updated" && record.fields.status.value == "Inactive"',
          operation: 'suspend',
        },
        { when: 'record.action == "Created"', operation: 'hire' },
        { when: 'record.action == "Updated" && "status" in record.changedFields', operation: 'resume' },
        { when: 'record.action == "Updated"', operation: 'move' },
      ],
      place: {
        name: 'record.fields.firstName.value + " " + record.fields.lastName.value',
        department: 'record.fields.department.value',
        job: 'record.fields.jobTitle.value',
        manager: 'record.fields.supervisorEId.value',
      },
    },
    sample: {
      employees: [
        {
          id: '107',
          action: 'Created',
          timestamp: '2026-11-27T08:00:00Z',
          changedFields: [],
          fields: {
            firstName: { value: 'Erika' },
            lastName: { value: 'Mustermann' },
            department: { value: 'Service' },
            jobTitle: { value: 'Agent' },
            status: { value: 'Active' },
            employmentStatus: { value: 'Full-Time' },
            supervisorEId: { value: '12' },
          },
        },
      ],
    },
  },
  {
    id: 'workday',
    title: 'Workday',
    mapping: {
      format: 'holdfast-hr-events/1',
      signature: { scheme: 'basic', username: 'workday' },
      id: 'body.eventId',
      occurredAt: 'body.completedAt',
      person: 'body.worker.employeeId',
      operations: [
        {
          when: 'body.businessProcess in ["Hire Employee", "Contract Contingent Worker"]',
          operation: 'hire',
        },
        {
          when: 'body.businessProcess in ["Change Job", "Transfer Employee", "Promote Employee", "Change Organization Assignments"]',
          operation: 'move',
        },
        { when: 'body.businessProcess == "Place Worker on Leave"', operation: 'suspend' },
        { when: 'body.businessProcess == "Return Worker from Leave"', operation: 'resume' },
        {
          when: 'body.businessProcess in ["Terminate Employee", "End Contingent Worker Contract"]',
          operation: 'leave',
        },
      ],
      place: {
        name: 'body.worker.preferredName',
        department: 'body.worker.position.supervisoryOrganization',
        job: 'body.worker.position.jobProfile',
        manager: 'body.worker.position.managerEmployeeId',
        effectiveAt: 'body.effectiveDate',
      },
    },
    sample: {
      eventId: 'e-1',
      completedAt: '2026-11-27T08:00:00Z',
      businessProcess: 'Hire Employee',
      effectiveDate: '2026-12-01T00:00:00Z',
      worker: {
        employeeId: '21001',
        preferredName: 'Erika Mustermann',
        position: { supervisoryOrganization: 'Service', jobProfile: 'Agent', managerEmployeeId: '20010' },
      },
    },
  },
  {
    id: 'successfactors',
    title: 'SAP SuccessFactors',
    mapping: {
      format: 'holdfast-hr-events/1',
      signature: {
        scheme: 'hmac-sha256',
        header: 'X-Signature',
        prefix: 'sha256=',
        encoding: 'base64',
        timestamp: { header: 'X-Timestamp', unit: 'iso' },
        signed: ['timestamp', '.', 'body'],
      },
      id: 'body.header.messageId',
      occurredAt: 'body.header.publishedAt',
      records: 'body.events',
      person: 'record.userId',
      operations: [
        { when: 'record.type == "com.successfactors.Event.Hire"', operation: 'hire' },
        {
          when: 'record.type in ["com.successfactors.Event.JobChange", "com.successfactors.Event.ManagerChange", "com.successfactors.Event.Transfer"]',
          operation: 'move',
        },
        { when: 'record.type == "com.successfactors.Event.LeaveOfAbsence"', operation: 'suspend' },
        { when: 'record.type == "com.successfactors.Event.ReturnToWork"', operation: 'resume' },
        { when: 'record.type == "com.successfactors.Event.Termination"', operation: 'leave' },
      ],
      place: {
        name: 'record.params.fullName',
        department: 'record.params.department',
        job: 'record.params.jobTitle',
        manager: 'record.params.managerId',
        effectiveAt: 'record.params.effectiveDate',
      },
    },
    sample: {
      header: { messageId: 'm-1', publishedAt: '2026-11-27T08:00:00Z' },
      events: [
        {
          type: 'com.successfactors.Event.Hire',
          userId: '80021',
          params: {
            fullName: 'Erika Mustermann',
            department: 'Service',
            jobTitle: 'Agent',
            managerId: '80001',
            effectiveDate: '2026-12-01T00:00:00Z',
          },
        },
      ],
    },
  },
];
