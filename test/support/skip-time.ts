import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import proto from '@temporalio/proto';

const { StartWorkflowExecutionRequest } = proto.temporal.api.workflowservice.v1;
const START = '/temporal.api.workflowservice.v1.WorkflowService/StartWorkflowExecution';

/**
 * Makes the server skip the timers of every workflow that this connection
 * starts (server 1.32 with frontend.WorkflowTimeSkippingEnabled). The SDK has no
 * option for it yet, its protocol has: the field is set on the wire.
 */
export const skipTime: Interceptor = (options, nextCall) =>
  new InterceptingCall(nextCall(options), {
    sendMessage(message, next) {
      if (options.method_definition.path !== START) {
        next(message);
        return;
      }
      const request = StartWorkflowExecutionRequest.decode(message as Uint8Array);
      request.timeSkippingConfig = { enabled: true, maxSessionSkipCount: 1_000 };
      next(Buffer.from(StartWorkflowExecutionRequest.encode(request).finish()));
    },
  });
