package org.vitalroutes.steps;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.apache.camel.Handler;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.sync.VendorReply;

/** Puts a reply beside what was asked. */
@Component
final class AttachReply {

  @Handler
  VendorReply attach(
      FetchRequest fetch,
      @Variable("reply") JsonNode reply,
      @Variable("devices") Map<String, KnownDevice> devices) {
    return new VendorReply(fetch, reply, devices);
  }
}
