package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.sync.VendorDetail;
import org.vitalroutes.sync.VendorReply;

/** Puts the answers for single rows beside their page. */
@Component
final class AttachDetails {

  @Handler
  VendorReply attach(VendorReply reply, @Variable("details") List<VendorDetail> details) {
    return reply.with(details);
  }
}
