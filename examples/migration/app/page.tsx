export default function Page() {
  return <p>Served by Next, or by what is in front of both.</p>;
}
