package org.vitalroutes.steps;

import java.util.List;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.MappingSettings;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.DetailCall;

/** The calls that a page needs besides, for single rows of it. */
@Component
final class ListDetails {

  private final MappingSettings settings;

  ListDetails(MappingSettings settings) {
    this.settings = settings;
  }

  @Handler
  List<DetailCall> list(VendorReply reply) {
    boolean wanted = reply.fetch().request().kind() == DataKind.ECG && settings.ecgWaveform();
    return wanted ? DetailCall.signals(reply.body()) : List.of();
  }
}
