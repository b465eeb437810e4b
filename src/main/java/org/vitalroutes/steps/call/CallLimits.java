package org.vitalroutes.steps.call;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.springframework.stereotype.Component;

/** What an outgoing call may take: bytes of an answer, and time as a whole. */
@Component
final class CallLimits implements HttpClientConfigurer {

  private final ResponseSizeLimit size;
  private final CallDeadline deadline;

  CallLimits(ResponseSizeLimit size, CallDeadline deadline) {
    this.size = size;
    this.deadline = deadline;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    size.configureHttpClient(client);
    deadline.configureHttpClient(client);
  }
}
