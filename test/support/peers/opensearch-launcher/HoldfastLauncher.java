import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.http.HttpServerTransport;

/** Starts one node on ports that the system chooses, and writes the one of HTTP into a file. Arguments: data folder, cluster name. */
public class HoldfastLauncher {
  public static void main(String[] arguments) throws Exception {
    String folder = arguments[0];
    OpenSearchRunner runner = new OpenSearchRunner();
    // The runner refuses ports below its own bound before the system has chosen one.
    runner.setMaxHttpPort(65535);
    runner.onBuild((number, settings) -> {
      settings.put("http.port", 0);
      settings.put("transport.port", 0);
      settings.put("network.host", "127.0.0.1");
      settings.put("discovery.type", "single-node");
      settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
    });
    runner.build(OpenSearchRunner.newConfigs().basePath(folder).numOfNode(1).clusterName(arguments[1]));
    int port = runner.node().injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();
    Path whole = Path.of(folder, "http.port");
    Files.move(Files.writeString(Path.of(folder, "http.port.new"), Integer.toString(port)), whole);
    new CountDownLatch(1).await();
  }
}
