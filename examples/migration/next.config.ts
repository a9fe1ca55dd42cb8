export default {
  redirects: () => [{ source: "/v1/:path*", destination: "/api/:path*", permanent: true }],
  headers: () => [{ source: "/api/:path*", headers: [{ key: "x-content-type-options", value: "nosniff" }] }],
};
